import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { LONG } from '../helpers/longest-first.ts';

test('Every test file that is to begin early exists', () => {
  const tests = path.dirname(import.meta.dirname);
  expect(LONG.filter((name) => !existsSync(path.join(tests, name)))).toEqual([]);
});
