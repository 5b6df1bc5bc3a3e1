import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { projectRoot } from '../../src/host/project.ts';
import { freePort } from '../../src/local/stack/ports.ts';

/** Follows docs/new-engine.md on a copy of the project. */

const COPIED = [
  'activities',
  'comfy-templates',
  'examples',
  'remotion',
  'src',
  'test',
  'tools',
  'workflows-temporal',
  '.dependency-cruiser.mjs',
  '.oxfmtrc.json',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'vitest.config.ts',
];

interface Block {
  kind: 'ts' | 'diff';
  file: string;
  text: string;
}

const blocksOf = (page: string): Block[] =>
  [...page.matchAll(/^```(ts|diff) (\S+)\n([\s\S]*?)^```$/gm)].map(([, kind, file = '', text = '']) => ({
    kind: kind === 'ts' ? 'ts' : 'diff',
    file,
    text,
  }));

/** The lines of a diff that one side has: `-` before, `+` after. */
const sideOf = (diff: string, sign: '-' | '+'): string =>
  diff.replace(/^([-+ ])(.*\n)/gm, (_line, mark: string, text: string) => (mark === ' ' || mark === sign ? text : ''));

let folder: string;
let blocks: Block[];
beforeAll(async () => {
  const root = projectRoot();
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'new-engine-')));
  for (const name of COPIED) await cp(path.join(root, name), path.join(folder, name), { recursive: true });
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  blocks = blocksOf(await readFile(path.join(root, 'docs', 'new-engine.md'), 'utf8'));
  for (const { kind, file, text } of blocks) {
    const target = path.join(folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    if (kind === 'ts') {
      await writeFile(target, text, { flag: 'wx' });
      continue;
    }
    const before = await readFile(target, 'utf8');
    if (before.split(sideOf(text, '-')).length !== 2)
      throw new Error(`${file} does not have these lines once:\n${sideOf(text, '-')}`);
    await writeFile(
      target,
      before.replace(sideOf(text, '-'), () => sideOf(text, '+')),
    );
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a program in the copy. */
async function run(program: string, ...args: string[]): Promise<{ code: unknown; said: string }> {
  const child = spawn(program, args, { cwd: folder });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => said.push(bytes));
  const [code] = (await once(child, 'close')) as unknown[];
  return { code, said: Buffer.concat(said).toString() };
}
const runBin = (program: string, ...args: string[]) => run(path.join(folder, 'node_modules', '.bin', program), ...args);
const PASSED = { code: 0, said: expect.any(String) };

describe('The engine of docs/new-engine.md', () => {
  test('is six new files and at most four edited ones', () => {
    const filesOf = (kind: Block['kind']) =>
      new Set(blocks.filter((block) => block.kind === kind).map(({ file }) => file));
    expect(filesOf('ts').size).toBe(6);
    expect(filesOf('diff').size).toBeLessThanOrEqual(4);
  });

  test('is formatted, type-checked with all tests, and in its rooms', async () => {
    const files = [...new Set(blocks.map(({ file }) => file))];
    expect(await runBin('oxfmt', '--check', ...files)).toEqual(PASSED);
    expect(await runBin('tsc', '-p', '.')).toEqual(PASSED);
    expect(await runBin('depcruise', 'src', 'workflows-temporal', 'activities')).toEqual(PASSED);
  });

  test('passes the tests of the table of engines', async () => {
    expect(await runBin('vitest', 'run', '--project', 'unit', 'test/engines')).toEqual(PASSED);
  });

  test('runs a task on its stand-in, and refuses a wrong payload', async () => {
    expect(await run(process.execPath, 'tools/run.mjs', 'build')).toEqual(PASSED);
    const [api, temporal, ui, redis] = [await freePort(), await freePort(), await freePort(), await freePort()];
    const [comfyui, cosyvoice, scribe] = [await freePort(), await freePort(), await freePort()];
    const assets = path.join(folder, 'assets');
    await mkdir(assets);
    const stack = spawn(process.execPath, ['dist/src/local/start.js', '--simulate'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        CACHE_DIR: loadConfig(process.env).cacheDir,
        DATA_DIR: path.join(folder, 'data'),
        LOG_DIR: path.join(folder, 'data'),
        ASSET_PATH: assets,
        GPU_ID: `new-engine:${api}`,
        PORT: String(api),
        TEMPORAL_PORT: String(temporal),
        TEMPORAL_UI_PORT: String(ui),
        REDIS_PORT: String(redis),
        COMFYUI_URL: `http://127.0.0.1:${comfyui}`,
        COSYVOICE_URL: `http://127.0.0.1:${cosyvoice}`,
        SCRIBE_URL: `http://127.0.0.1:${scribe}`,
      },
    });
    let said = '';
    for (const stream of [stack.stdout, stack.stderr]) stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
    const ended = once(stack, 'exit');
    try {
      const running = 'The middleware is running.';
      await vi.waitUntil(() => said.includes(running) || stack.exitCode !== null, { timeout: 180_000 });
      expect(said).toContain(running);
      const ask = async (place: string, body?: object): Promise<{ task_id: string; [more: string]: unknown }> => {
        const headers = { 'Content-Type': 'application/json' };
        const post = body && { method: 'POST', headers, body: JSON.stringify(body) };
        const response = await fetch(`http://127.0.0.1:${api}${place}`, post);
        return (await response.json()) as { task_id: string };
      };
      expect(await ask('/submit_task', { task_type: 'scribe', payload: { promt: 'x' } })).toMatchObject({
        errors: [{ path: 'payload.prompt' }],
      });
      expect(await ask('/health')).toMatchObject({ engines: { scribe: { ok: true } } });
      const { task_id: id } = await ask('/submit_task', { task_type: 'scribe', payload: { prompt: 'a lighthouse' } });
      const status = await vi.waitUntil(
        async () => {
          const now = await ask(`/task_status/${id}`);
          return now['status'] === 'completed' || now['status'] === 'failed' ? now : undefined;
        },
        { timeout: 60_000, interval: 200 },
      );
      expect(status).toMatchObject({ status: 'completed', result: { text: 'Once upon a time: a lighthouse' } });
    } finally {
      stack.kill('SIGTERM');
      await ended;
    }
  });
});
