import { expect, test } from 'vitest';
import { sentenceFile } from '../../../src/drivers/cosyvoice/sentence-files.ts';

const fileOf = (data: Buffer, occurrence = 0): string =>
  sentenceFile('/work', {
    request: { method: 'POST', path: '/speak', fields: { text: 'Hello.' }, recording: { name: 'a.wav', data } },
    occurrence,
    sampleRate: 24_000,
    tempo: 1,
  });

test('The file of a sentence is named by the bytes of its recording', () => {
  expect(fileOf(Buffer.from('one'))).toBe(fileOf(Buffer.from('one')));
  expect(fileOf(Buffer.from('one'))).not.toBe(fileOf(Buffer.from('two')));
});

test('A long recording is hashed once for all sentences of a script', () => {
  const recording = Buffer.alloc(32 * 2 ** 20, 1);
  // A hang detection: with a hash for each sentence this takes minutes.
  const files = Array.from({ length: 10_000 }, (_, occurrence) => fileOf(recording, occurrence));
  expect(new Set(files).size).toBe(files.length);
});
