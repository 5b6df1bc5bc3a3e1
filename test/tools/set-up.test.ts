import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
// @ts-expect-error -- plain JavaScript, because it runs before the compiler is there
import { packagesInstalled as untyped } from '../../tools/run.mjs';
import { scratchFolder } from '../helpers/scratch.ts';

interface Lock {
  packages: Record<string, { version?: string; optional?: boolean; optionalDependencies?: Record<string, string> }>;
}
const packagesInstalled = untyped as (lock: Lock, installed: Lock) => boolean;

describe('The packages count as installed', () => {
  const lock: Lock = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b-darwin': { version: '1.0.0', optional: true },
    },
  };

  test('when npm noted every one of the lock file, but for those of other platforms', () => {
    expect(packagesInstalled(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true);
  });

  test('not when one is missing or has another version', () => {
    expect(packagesInstalled(lock, { packages: {} })).toBe(false);
    expect(packagesInstalled(lock, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(false);
  });
});

test('A command runs through a link to the project, or to the script, too', async () => {
  const folder = await scratchFolder();
  const project = path.join(folder, 'gpu box');
  const script = path.join(folder, 'run');
  await symlink(fileURLToPath(new URL('../..', import.meta.url)), project);
  await symlink(path.join(project, 'tools/run.mjs'), script);
  for (const program of [path.join(project, 'tools/run.mjs'), script]) {
    const { status, stdout } = spawnSync(process.execPath, [program, 'nonsense'], { encoding: 'utf8' });
    expect(stdout).toContain('There is no command "nonsense"');
    expect(status).toBe(1);
  }
});

test('No file path is taken raw from a URL: in a folder with a space it would be another one', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const sources = ['src', 'activities', 'test', 'tools'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|mjs)$/.test(name))
      .map((name) => path.join(folder, name)),
  );
  const wrong = /import\.meta\.url\)\.(pathname|href)/;
  expect(sources.filter((name) => wrong.test(readFileSync(path.join(root, name), 'utf8')))).toEqual([]);
});

test('package-lock.json has an entry for every platform; otherwise run `node tools/complete-lock.mjs`', () => {
  const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as Lock;
  const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`${place}/node_modules/${name}` in packages) && !(`node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});
