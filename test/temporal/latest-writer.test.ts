import { expect, test } from 'vitest';
import { createLatestWriter } from '../../src/temporal/latest-writer.ts';

function gatedWriter() {
  const begun: string[] = [];
  const gates: { open: () => void; fail: (error: Error) => void }[] = [];
  const write = createLatestWriter<string>((wanted) => {
    begun.push(wanted);
    return new Promise<void>((open, fail) => void gates.push({ open, fail }));
  });
  const next = async () => {
    await new Promise(setImmediate);
    return gates.shift();
  };
  return { begun, write, next };
}

test('Of the values that come during a write, only the last is written', async () => {
  const { begun, write, next } = gatedWriter();
  const first = write('first');
  const gate = await next();
  const others = ['a', 'b', 'c'].map((wanted) => write(wanted));
  gate?.open();
  await first;
  (await next())?.open();
  await Promise.all(others);
  expect(begun).toEqual(['first', 'c']);
});

test('A write that fails fails for those that waited for it, and the next one begins', async () => {
  const { begun, write, next } = gatedWriter();
  const first = write('first');
  const gate = await next();
  const second = write('second');
  gate?.fail(new Error('no'));
  await expect(first).rejects.toThrow('no');
  (await next())?.open();
  await second;
  expect(begun).toEqual(['first', 'second']);
});
