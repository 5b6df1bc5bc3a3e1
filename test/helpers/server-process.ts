import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../src/local/stack/ports.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/server.js', import.meta.url));

/** An API that no supervisor starts again. */
export interface ServerProcess {
  /** Address without a slash at its end. */
  url: string;
  /** Ends it at once, with all that it has in hand. */
  kill(): Promise<void>;
}

/** Starts an API as built, and resolves when it listens. Its log is a folder of its own. */
export async function startServerProcess(options: {
  name: string;
  env: NodeJS.ProcessEnv;
  folder: string;
}): Promise<ServerProcess> {
  const { name, env } = options;
  const folder = path.join(options.folder, name);
  await mkdir(folder, { recursive: true });
  const output = openSync(path.join(folder, 'output'), 'a');
  const port = await freePort();
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN], {
    env: { ...env, PORT: String(port), LOG_DIR: folder },
    stdio: ['ignore', output, output, 'ipc'],
  });
  const ended = once(child, 'exit').then(([code, signal]) => String(code ?? signal));
  const early = ended.then(async (how) => {
    const said = await readFile(path.join(folder, 'output'), 'utf8');
    throw new Error(`the API ${name} ended before it was ready (${how}):\n${said}`);
  });
  await Promise.race([once(child, 'message'), early]);
  void early.catch(() => undefined);
  return {
    url: `http://127.0.0.1:${port}`,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
