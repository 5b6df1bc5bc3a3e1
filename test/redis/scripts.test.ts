import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
const files = (await readdir(SRC, { recursive: true })).filter((file) => file.endsWith('.lua'));

test('There are scripts for the status and for the lease', () => {
  expect(new Set(files.map((file) => path.dirname(file)))).toEqual(new Set(['status', 'gpu']));
});

test.each(files)('The head of %s says what its keys and arguments are, and what it returns', async (file) => {
  const [, head = '', code = ''] =
    /^--\[\[\n(.*?)\n\]\]\n(.*)$/s.exec(await readFile(path.join(SRC, file), 'utf8')) ?? [];
  const described = (name: string): string[] =>
    [...head.matchAll(new RegExp(`^${name}\\[(\\d+)…?\\] +\\S`, 'gm'))].map(([, number = '']) => number);
  for (const name of ['KEYS', 'ARGV']) {
    expect(described(name)).toEqual(described(name).map((_, index) => String(index + 1)));
    for (const [, number = ''] of code.matchAll(new RegExp(`${name}\\[(\\d+)\\]`, 'g')))
      expect(described(name)).toContain(number);
    expect(described(name)).not.toEqual([]);
  }
  expect(head).toMatch(/^Returns /m);
});
