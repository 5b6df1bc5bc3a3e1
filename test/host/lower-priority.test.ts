import { execFile } from 'node:child_process';
import { getPriority } from 'node:os';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { compiledScript } from '../../src/host/project.ts';

const run = promisify(execFile);

test.each([0, 5, 15, 19])('A process that is started with nice %s lowers itself at most to 19', async (nice) => {
  const script = `import { lowerPriority } from '${compiledScript('src/host/lower-priority.ts')}'; import { getPriority } from 'node:os';
    const before = getPriority(); lowerPriority(); console.log(before, getPriority());`;
  const args = ['-n', String(nice), process.execPath, '--input-type=module', '-e', script];
  const { stdout } = await run('nice', args, { env: {} });
  const before = Math.min(19, getPriority() + nice);
  expect(stdout.trim()).toBe(`${before} ${Math.min(19, before + 10)}`);
});
