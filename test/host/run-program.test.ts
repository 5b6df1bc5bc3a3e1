import { getPriority } from 'node:os';
import { expect, test } from 'vitest';
import { PROCESS_MARK, processesOf } from '../../src/host/marked-processes.ts';
import { runProgram, type ProgramOptions } from '../../src/host/run-program.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const node = (script: string, options?: ProgramOptions) => runProgram(process.execPath, ['-e', script], options);

/** A program that says `ready` and then runs until it is killed. */
const ENDLESS = 'console.log("ready"); setInterval(() => {}, 1000)';

test('A program that succeeds returns its output, and its end has no cause.', async () => {
  expect(await node('process.stdout.write("out"); console.error("err")')).toEqual({
    stdout: Buffer.from('out'),
    stderr: 'err\n',
    exitCode: 0,
    endedBy: null,
    isTooLong: false,
  });
});

test('A program that fails says its exit code, and keeps the end of its complaints.', async () => {
  const end = await node('process.stderr.write("x".repeat(50_000) + "the reason"); process.exitCode = 3');
  expect(end).toMatchObject({ exitCode: 3, endedBy: '3' });
  expect(end.stderr).toMatch(/^x+the reason$/);
  expect(end.stderr).toHaveLength(16_000);
});

test('A program that is missing has no exit code and says why it did not start.', async () => {
  expect(await runProgram('/nowhere/program', [])).toMatchObject({ exitCode: undefined, endedBy: 'ENOENT' });
});

test('A program that is killed says the signal.', async () => {
  const end = await node('process.kill(process.pid, "SIGKILL")');
  expect(end).toMatchObject({ exitCode: undefined, endedBy: 'SIGKILL' });
});

test('A program that takes longer than it may is killed.', async () => {
  expect(await node(ENDLESS, { timeoutMs: 300 })).toMatchObject({ exitCode: undefined, endedBy: 'SIGKILL' });
});

test('A program that prints more than it may is killed.', async () => {
  const end = await node('process.stdout.write("x".repeat(100_000))', { mostOutputBytes: 1000 });
  expect(end).toMatchObject({ isTooLong: true });
  expect(end.endedBy).not.toBeNull();
});

test('Lines are given as they come, the last one without its end too.', async () => {
  const lines: string[] = [];
  const end = await node('process.stdout.write("one\\ntwo\\nthree")', { onLine: (line) => lines.push(line) });
  expect(lines).toEqual(['one', 'two', 'three']);
  expect(end.stdout).toEqual(Buffer.alloc(0));
});

test('An abort kills the program, which is gone once the reason is thrown; none starts after that.', async () => {
  const mark = await scratchFolder();
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const env = { ...process.env, [PROCESS_MARK]: mark };
  const running = node(ENDLESS, { env, signal: controller.signal, onLine: () => controller.abort(reason) });
  await expect(running).rejects.toBe(reason);
  expect(processesOf(mark)).toEqual([]);
  await expect(node(ENDLESS, { signal: controller.signal })).rejects.toBe(reason);
});

test('Feeding waits for the program, and ends when it reads no more.', async () => {
  const written: boolean[] = [];
  const feed: ProgramOptions['feed'] = async (write) => {
    for (let block = 0; block < 1000; block++) {
      const reads = await write(Buffer.alloc(1_000_000));
      written.push(reads);
      if (!reads) return;
    }
  };
  const end = await node('process.stdin.once("data", () => process.exit(0))', { feed });
  expect(end.endedBy).toBeNull();
  expect(written.at(-1)).toBe(false);
  expect(written.length).toBeLessThan(1000);
});

test('The fed bytes arrive completely.', async () => {
  const feed: ProgramOptions['feed'] = async (write) => {
    for (let block = 0; block < 50; block++) await write(Buffer.alloc(100_000, block));
  };
  const { stdout } = await node('process.stdin.pipe(process.stdout)', { feed });
  expect(stdout.equals(Buffer.concat(Array.from({ length: 50 }, (_, block) => Buffer.alloc(100_000, block))))).toBe(
    true,
  );
});

test('When feeding fails, the program is killed and the failure thrown.', async () => {
  const mark = await scratchFolder();
  const failure = new Error('no more sound');
  const feed = () => Promise.reject(failure);
  await expect(node(ENDLESS, { env: { ...process.env, [PROCESS_MARK]: mark }, feed })).rejects.toBe(failure);
  expect(processesOf(mark)).toEqual([]);
});

test('A program in the background has a lower priority than this process.', async () => {
  const { stdout } = await node('setTimeout(() => console.log(require("os").getPriority()), 200)', {
    isBackground: true,
  });
  expect(Number(stdout)).toBeGreaterThan(getPriority());
});

test('A program of ours sees its channel, and one without a channel has none.', async () => {
  const script = 'console.log(process.connected === true); process.disconnect?.()';
  expect((await node(script, { hasChannel: true })).stdout.toString()).toBe('true\n');
  expect((await node(script)).stdout.toString()).toBe('false\n');
});
