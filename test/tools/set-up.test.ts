import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
// @ts-expect-error -- plain JavaScript, because it runs before the compiler is there
import { packagesInstalled as untyped } from '../../tools/run.mjs';

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

test('package-lock.json has an entry for every platform; otherwise run `node tools/complete-lock.mjs`', () => {
  const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as Lock;
  const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`${place}/node_modules/${name}` in packages) && !(`node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});
