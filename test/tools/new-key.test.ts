import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { digestOf, parseApiKeys } from '../../src/config/api-keys.ts';

const script = fileURLToPath(new URL('../../tools/new-key.mjs', import.meta.url));
const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
const lines = /^name: (.*)\nkey: {2}(\S+)\nhash: (\S+)\n/;

test.each([
  [['n8n'], (entry: string) => entry, 'submit'],
  [['ops', 'admin'], (entry: string) => `[${entry}]`, 'admin'],
] as const)('npm run new-key -- %j makes a key, and an entry for API_KEYS that knows it', (args, listOf, role) => {
  const { stdout, status } = run(...args);
  expect(status).toBe(0);
  const [, name, key = '', hash] = lines.exec(stdout) ?? [];
  expect(name).toBe(args[0]);
  expect(key).toMatch(/^gpu_[\w-]{43}$/);
  const entry = stdout.trim().split('\n').at(-1) ?? '';
  expect(entry).toContain(hash);
  expect(entry).not.toContain(key);
  const other = role === 'submit' ? ',shop:x' : '';
  expect(parseApiKeys('API_KEYS', listOf(entry) + other)[0]).toMatchObject({ name, digest: digestOf(key), role });
});

test('Two keys differ', () => {
  expect(run('n8n').stdout).not.toBe(run('n8n').stdout);
});

test.each([[[]], [['n8n:x']], [['n8n', 'root']], [['n8n', 'read', 'x']]])('%j is answered with the usage', (args) => {
  expect(run(...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^Usage: /) as string });
});
