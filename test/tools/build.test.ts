import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { scratchFolder } from '../helpers/scratch.ts';

const RUN = fileURLToPath(new URL('../../tools/run.mjs', import.meta.url));

const BUNDLE = "import { copyFileSync } from 'node:fs'; copyFileSync('workflows-temporal/a.ts', 'dist/bundle');";

/** A project in a folder with a space, whose compiler only notes that it was called. */
async function project() {
  const root = path.join(await scratchFolder(), 'gpu box');
  const write = async (name: string, text: string): Promise<void> => {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  };
  await write('package.json', JSON.stringify({ engines: { node: '>=20.19' } }));
  const lock = { packages: { 'node_modules/a': { version: '1.0.0' } } };
  await write('package-lock.json', JSON.stringify(lock));
  await write('node_modules/.package-lock.json', JSON.stringify(lock));
  for (const source of ['src/a.ts', 'src/b.ts', 'activities/a.ts', 'workflows-temporal/a.ts']) await write(source, '');
  for (const settings of ['tsconfig.json', 'tsconfig.build.json']) await write(settings, '{}');
  await write('tools/bundle-workflows.mjs', BUNDLE);
  await write('node_modules/.bin/tsc', '#!/bin/sh\nmkdir -p dist && echo compiled >> dist/log && test ! -e broken\n');
  await chmod(path.join(root, 'node_modules/.bin/tsc'), 0o755);
  const script = path.join(root, 'tools/run.mjs');
  await copyFile(RUN, script);
  return {
    root,
    write,
    build: () => spawnSync(process.execPath, [script, 'build'], { encoding: 'utf8' }),
    compiled: async () => (await readFile(path.join(root, 'dist/log'), 'utf8')).trim().split('\n').length,
  };
}

test('The build compiles when a source has changed, has come or has gone, and is skipped otherwise', async () => {
  const { root, write, build, compiled } = await project();
  expect(build().stdout).toBe('Build: compiling to dist\n');
  expect(build()).toMatchObject({ status: 0, stdout: '' });
  expect(await compiled()).toBe(1);
  for (const [count, change] of [
    [2, () => write('src/a.ts', 'export const a = 1;')],
    [3, () => write('activities/deeper/b.ts', '')],
    [4, () => rm(path.join(root, 'src/b.ts'))],
    [5, () => write('tsconfig.json', '{ "strict": true }')],
  ] as const) {
    await change();
    build();
    build();
    expect(await compiled()).toBe(count);
  }
});

test('Scripts of Redis stand beside the compiled code that loads them', async () => {
  const { root, write, build } = await project();
  await write('dist/src/status/store.js', '');
  await write('src/status/write.lua', 'return 1');
  build();
  expect(await readFile(path.join(root, 'dist/src/status/write.lua'), 'utf8')).toBe('return 1');
});

test('The workflow bundle is made anew when its code, an import, a package or the build has changed', async () => {
  const { root, write, build } = await project();
  const bundle = (): Promise<string> => readFile(path.join(root, 'dist/bundle'), 'utf8');
  await write('workflows-temporal/a.ts', 'first');
  build();
  expect(await bundle()).toBe('first');
  for (const [file, text] of [
    ['workflows-temporal/a.ts', 'second'],
    ['src/contracts.ts', 'imported'],
    ['package-lock.json', JSON.stringify({ packages: {} })],
    ['tools/bundle-workflows.mjs', `${BUNDLE}\n`],
  ] as const) {
    await rm(path.join(root, 'dist/bundle'));
    await write(file, text);
    expect(build().status).toBe(0);
    expect(await bundle()).toBe('second');
  }
});

test('A build whose workflow code cannot be bundled fails, and is tried again', async () => {
  const { root, write, build } = await project();
  await rm(path.join(root, 'workflows-temporal/a.ts'));
  await write('workflows-temporal/index.ts', '');
  expect(build().status).toBe(1);
  await write('workflows-temporal/a.ts', '');
  expect(build().status).toBe(0);
  expect(build().stdout).toBe('');
});

test('A build that failed is tried again', async () => {
  const { root, write, build, compiled } = await project();
  await write('broken', '');
  expect(build().status).toBe(1);
  await rm(path.join(root, 'broken'));
  expect(build().status).toBe(0);
  expect(await compiled()).toBe(2);
});
