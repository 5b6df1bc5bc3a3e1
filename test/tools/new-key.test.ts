import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { digestOf, parseApiKeys } from '../../src/config/api-keys.ts';

const script = fileURLToPath(new URL('../../tools/new-key.mjs', import.meta.url));
const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
const lines = /^name: (.*)\nkey: {2}(\S+)\nhash: (\S+)\n/;

test.each([
  [['n8n'], 2],
  [['ops', 'admin'], 1],
] as const)('npm run new-key -- %j makes a key, and entries for API_KEYS that know it', (args, count) => {
  const { stdout, status } = run(...args);
  expect(status).toBe(0);
  const [, name, key = '', hash] = lines.exec(stdout) ?? [];
  expect(name).toBe(args[0]);
  expect(key).toMatch(/^gpu_[\w-]{43}$/);
  const entries = stdout.split('\n').filter((line, index) => index > 3 && line.includes(hash ?? '?'));
  expect(entries).toHaveLength(count);
  for (const entry of entries) {
    expect(entry).not.toContain(key);
    const isJson = entry.startsWith('{');
    const [parsed] = parseApiKeys('API_KEYS', isJson ? `[${entry},{"name":"a","key":"b"}]` : `${entry},a:b`);
    expect(parsed).toMatchObject({ name, digest: digestOf(key), role: args[1] ?? 'submit' });
  }
});

test('Two keys differ', () => {
  expect(run('n8n').stdout).not.toBe(run('n8n').stdout);
});

test.each([[[]], [['n8n:x']], [['n8n', 'root']], [['n8n', 'read', 'x']]])('%j is answered with the usage', (args) => {
  expect(run(...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^Usage: /) as string });
});
