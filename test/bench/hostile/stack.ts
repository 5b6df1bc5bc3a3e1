import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../../src/config.ts';
import { launch, type ChildSpec, type Run } from '../../../src/local/stack/child.ts';
import { freePort } from '../../../src/local/stack/ports.ts';
import { signalGroup } from '../../../src/host/process-identity.ts';
import { projectRoot } from '../../../src/host/project.ts';
import { findRedis } from '../../../src/local/redis/binary.ts';
import { redisChild } from '../../../src/local/redis/server.ts';
import { findTemporal } from '../../../src/local/temporal/binary.ts';
import { temporalAddress, temporalChild } from '../../../src/local/temporal/server.ts';
import { createTerminal } from '../../../src/local/terminal.ts';
import { askLoop, type LoopTold, probedEnvironment } from '../lib/ask-loop.ts';

export interface ApiStack {
  apiUrl: string;
  assetRoot: string;
  /** Resident memory of the API's process in bytes. */
  apiMemory(): number;
  apiLoop(): Promise<LoopTold>;
  /** How many programs ended that should not have. */
  deaths(): number;
  remove(): Promise<void>;
}

/** Linux alone counts it for other processes. */
function residentBytes(pid: number): number {
  try {
    const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

/** Temporal, Redis, the API and the control worker, with throw-away data. Nothing runs what is accepted. */
export async function startApiStack(): Promise<ApiStack> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'bench-')));
  await mkdir(path.join(folder, 'assets'));
  const logger = createTerminal();
  const temporal = await findTemporal({ cacheDir: loadConfig(process.env).cacheDir, logger });
  const redis = await findRedis({ logger });
  const [port, redisPort, http] = [await freePort(), await freePort(), await freePort()];
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: temporalAddress({ port }),
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: String(redisPort),
    HOST: '127.0.0.1',
    PORT: String(http),
    ASSET_PATH: path.join(folder, 'assets'),
    DATA_DIR: path.join(folder, 'data'),
    LOG_DIR: path.join(folder, 'logs'),
    ...probedEnvironment(folder),
  };
  const program = (name: string, file: string, ...args: string[]): ChildSpec => ({
    name,
    command: process.execPath,
    args: [path.join(projectRoot(), 'dist', 'src', file), ...args],
    env,
    cwd: projectRoot(),
    ready: 'message',
    readyLimitMs: 60_000,
    graceMs: 10_000,
    output: { file: path.join(folder, `${name}.out`) },
  });
  const runs: Run[] = [];
  let deaths = 0;
  let isStopping = false;
  const start = async (spec: ChildSpec): Promise<Run> => {
    const run = launch(spec);
    runs.push(run);
    void run.ended.then(() => void (deaths += isStopping ? 0 : 1));
    await run.ready;
    return run;
  };
  const remove = async (): Promise<void> => {
    isStopping = true;
    for (const run of runs.toReversed()) {
      run.process.kill('SIGTERM');
      const late = setTimeout(() => signalGroup(run.pid, 'SIGKILL'), 10_000);
      await run.ended;
      clearTimeout(late);
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { executable } = temporal;
    await start(
      temporalChild({
        executable,
        folder: path.join(folder, 'temporal'),
        port,
        uiPort: undefined,
        namespace: 'default',
      }),
    );
    await start(redisChild({ executable: redis, folder: path.join(folder, 'redis'), port: redisPort }));
    const api = await start(program('api', 'server.js'));
    await start(program('control', 'worker.js', '--role', 'control'));
    return {
      assetRoot: path.join(folder, 'assets'),
      apiUrl: `http://127.0.0.1:${http}`,
      apiMemory: () => residentBytes(api.pid),
      apiLoop: () => askLoop(folder, 'server'),
      deaths: () => deaths,
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
