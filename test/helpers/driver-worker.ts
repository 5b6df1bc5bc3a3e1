import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = path.join(ROOT, 'test/fixtures/programs/driver-worker.mjs');

const ENGINES = {
  comfyui: { factory: 'createComfyuiDriver', method: 'run' },
  cosyvoice: { factory: 'createCosyvoiceDriver', method: 'speak' },
} as const;

export type Outcome<Result> = { type: 'done'; result: Result } | { type: 'failed'; code: string } | { type: 'killed' };

export interface CompiledDriver<Job, Result> {
  /** One attempt in a process of its own, killed `killAfter` milliseconds after it began unless it is over by then. */
  attempt(options: object, job: Job, killAfter?: number): Promise<Outcome<Result>>;
  remove(): Promise<void>;
}

/**
 * A driver as JavaScript in a folder of its own, since Node 20 runs no TypeScript and a worker that is killed must be a
 * process.
 */
export async function compileDriver<Job, Result>(engine: keyof typeof ENGINES): Promise<CompiledDriver<Job, Result>> {
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
  const driver = { driverModule: path.join(outDir, `src/drivers/${engine}/driver.js`), ...ENGINES[engine] };
  return {
    attempt: async (options, job, killAfter) => {
      const child = fork(PROGRAM, [JSON.stringify({ ...driver, options, job })], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      let outcome: Outcome<Result> = { type: 'killed' };
      child.on('message', (message: Outcome<Result> | { type: 'ready' }) => {
        if (message.type !== 'ready') outcome = message;
        else if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter);
      });
      await once(child, 'exit');
      return outcome;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
