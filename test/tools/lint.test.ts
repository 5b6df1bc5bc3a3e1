import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/host/project.ts';
import { scratchFolder } from '../helpers/scratch.ts';

interface Failed {
  stdout: string;
}

/** What the project's lint says of a file with one expression in it. */
async function lint(expression: string): Promise<string> {
  const file = path.join(await scratchFolder(), 'one.mjs');
  await writeFile(file, `export const isIt = (text) => ${expression}.test(text);\n`);
  const root = projectRoot();
  const args = ['--config', path.join(root, '.oxlintrc.json'), '--format', 'unix', file];
  const run = promisify(execFile)(path.join(root, 'node_modules', '.bin', 'oxlint'), args, { cwd: root });
  return run.then(
    () => 'fine',
    ({ stdout }: Failed) => stdout,
  );
}

test.each([
  ['exchanges characters', String.raw`/^\s+(.+)$/u`, 'no-super-linear-backtracking'],
  ['nests quantifiers', String.raw`/^(a+)+$/u`, 'no-super-linear-backtracking'],
  ['begins anew at each blank', String.raw`/\s+$/u`, 'no-super-linear-move'],
  ['is made of a text', String.raw`new RegExp('^(a+)+$', 'u')`, 'no-super-linear-backtracking'],
])('The lint refuses an expression that %s', async (_what, expression, rule) => {
  expect(await lint(expression)).toContain(rule);
});

test('The lint takes an expression that looks at each character a few times', async () => {
  expect(await lint(String.raw`/(?<!\s)\s+$/u`)).toBe('fine');
});
