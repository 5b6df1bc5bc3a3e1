import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ComfyuiJob } from '../../../src/drivers/comfyui/driver.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PROGRAM = path.join(ROOT, 'test/fixtures/programs/comfyui-worker.mjs');

/** A driver as JavaScript in a folder of its own, since Node 20 runs no TypeScript and a worker that is killed must be a process. */
export async function compileDriver(
  engine: 'comfyui' | 'cosyvoice' = 'comfyui',
): Promise<{ driverModule: string; remove: () => Promise<void> }> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'compiled-')));
  const tsconfig = path.join(folder, 'tsconfig.json');
  const outDir = path.join(folder, 'out');
  await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(
    tsconfig,
    JSON.stringify({
      extends: path.join(ROOT, 'tsconfig.build.json'),
      compilerOptions: { noCheck: true, rootDir: ROOT, outDir, sourceMap: false },
      include: [],
      files: [path.join(ROOT, `src/drivers/${engine}/driver.ts`)],
    }),
  );
  await promisify(execFile)(path.join(ROOT, 'node_modules/.bin/tsc'), ['-p', tsconfig], { cwd: ROOT });
  return {
    driverModule: path.join(outDir, `src/drivers/${engine}/driver.js`),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export type Outcome = { type: 'done'; files: string[] } | { type: 'failed'; code: string } | { type: 'killed' };

/** One attempt in a process of its own, killed `killAfter` milliseconds after it began unless it is over by then. */
export async function attemptInProcess(
  driverModule: string,
  options: object,
  job: ComfyuiJob,
  killAfter?: number,
): Promise<Outcome> {
  const child = fork(PROGRAM, [JSON.stringify({ driverModule, options, job })], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let outcome: Outcome = { type: 'killed' };
  child.on('message', (message: { type: string }) => {
    if (message.type !== 'ready') outcome = message as Outcome;
    else if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter);
  });
  await once(child, 'exit');
  return outcome;
}
