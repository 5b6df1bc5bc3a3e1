import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, inject } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { TaskStatusBody } from '../../src/contracts/task-status.ts';
import { freePort } from '../../src/local/stack/ports.ts';
import type { Simulated } from '../../src/local/stack/simulated-engines.ts';
import { startStack, type Stack } from '../../src/local/stack/stack.ts';
import { createLineLogger } from '../../src/logging.ts';

type LogFile = 'server.log' | 'worker.log';

/** A stack of its own, as `npm start` makes it, on free ports and with throw-away data. */
export interface TestStack extends Stack {
  assetRoot: string;
  /** What the supervisor said. */
  said: string[];
  /** As far as it is written: a line travels through a pipe, so a status can arrive before it. */
  readLog: (file: LogFile) => Promise<string>;
  /** Resolves when the log contains this. */
  logged: (file: LogFile, what: string | RegExp) => Promise<void>;
  submit: (body: object) => Promise<string>;
  status: (taskId: string) => Promise<TaskStatusBody>;
  /**
   * Polls until `done`. An API that does not answer is polled again; any other answer than 200, and a failed task, is
   * an error.
   */
  poll: (taskId: string, done: (body: TaskStatusBody) => boolean) => Promise<TaskStatusBody>;
  remove: () => Promise<void>;
}

const POLL_MS = 200;
/** Nobody answers there. */
const NO_ENGINE = 'http://127.0.0.1:9';

export async function startTestStack(
  options: {
    env?: NodeJS.ProcessEnv;
    simulate?: Simulated;
    /** One that runs already. */
    temporalAddress?: string;
    namespace?: string;
  } = {},
): Promise<TestStack> {
  const { env = {}, simulate = {}, temporalAddress, namespace = 'default' } = options;
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'stack-')));
  const assetRoot = path.join(folder, 'assets');
  await mkdir(assetRoot);
  const said: string[] = [];
  const logDir = path.join(folder, 'logs');
  const [http, temporal, ui, redis] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const stack = await startStack({
    dataDir: path.join(folder, 'data'),
    cacheDir: loadConfig(process.env).cacheDir,
    assetRoot,
    logDir,
    namespace,
    http: { host: '127.0.0.1', port: http },
    temporal:
      temporalAddress === undefined ? { port: temporal, uiPort: ui } : { address: temporalAddress, uiUrl: undefined },
    redis: { host: '127.0.0.1', port: redis },
    chromiumExecutable: inject('chromiumExecutable'),
    binaries: { temporal: inject('temporalBinary'), redis: inject('redisBinary') },
    // Beside a middleware that runs on this machine, tests must neither wait for its card nor take its engines' work
    // for strays.
    env: {
      GPU_ID: `test:${http}`,
      ...(simulate.comfyui === undefined ? { COMFYUI_URL: NO_ENGINE } : {}),
      ...(simulate.cosyvoice === undefined ? { COSYVOICE_URL: NO_ENGINE } : {}),
      ...env,
    },
    simulate,
    output: 'files',
    logger: createLineLogger('stack', (line) => said.push(line)),
  });

  const readLog = (file: LogFile): Promise<string> => readFile(path.join(logDir, file), 'utf8');
  const status = async (taskId: string): Promise<TaskStatusBody> => {
    const response = await fetch(`${stack.apiUrl}/task_status/${taskId}`);
    if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
    return (await response.json()) as TaskStatusBody;
  };
  return {
    ...stack,
    assetRoot,
    said,
    readLog,
    logged: (file, what) => expect.poll(() => readLog(file)).toMatch(what),
    async submit(body) {
      const response = await fetch(`${stack.apiUrl}/submit_task`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
      return ((await response.json()) as { task_id: string }).task_id;
    },
    status,
    async poll(taskId, done) {
      for (;;) {
        const body = await status(taskId).catch((error: unknown) => {
          if (error instanceof TypeError) return undefined;
          throw error;
        });
        if (body !== undefined) {
          if (done(body)) return body;
          if (body.status === 'failed') throw new Error(`the task failed: ${JSON.stringify(body.result)}`);
        }
        await delay(POLL_MS);
      }
    },
    async remove() {
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
