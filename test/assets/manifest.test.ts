import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashInput, readManifest, fruitlessAttempts, writeManifest } from '../../src/assets/manifest.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'manifest-'));
});
afterEach(() => rm(folder, { recursive: true }));

const input = hashInput({ a: 1 });

test('A manifest is read back as it was written, and no temporary file stays', async () => {
  const manifest = { input, attempts: [{ number: 1, run: 'r1', startedAt: 'now' }], result: { output_path: 'a.mp4' } };
  await writeManifest(folder, manifest);
  expect(await readManifest(folder, input)).toEqual(manifest);
  expect(await readdir(folder)).toEqual(['manifest.json']);
});

test('A manifest of another input is ignored', async () => {
  await writeManifest(folder, { input, attempts: [{ number: 1, run: 'r1', startedAt: 'now' }] });
  expect(await readManifest(folder, hashInput({ a: 2 }))).toEqual({ input: hashInput({ a: 2 }), attempts: [] });
});

test('An incomplete manifest counts as none', async () => {
  await writeFile(path.join(folder, 'manifest.json'), '{"input": "');
  expect((await readManifest(folder, input)).attempts).toEqual([]);
});

test('Attempts that failed or whose worker died count; attempts handed back and other runs do not', () => {
  const attempts = [
    { number: 1, run: 'r0', startedAt: '0' },
    { number: 2, run: 'r1', startedAt: '1' },
    { number: 3, run: 'r1', startedAt: '2', end: 'released' as const },
    { number: 4, run: 'r1', startedAt: '3', end: 'failed' as const },
  ];
  expect(fruitlessAttempts(attempts, 'r1').map((attempt) => attempt.startedAt)).toEqual(['1', '3']);
});

test('An attempt that got further than all earlier ones restarts the count', () => {
  const attempts = [0.2, 0.2, 0.1, 0.4, undefined].map((kept, index) => ({
    number: index + 1,
    run: 'r',
    startedAt: '',
    kept,
  }));
  expect(fruitlessAttempts(attempts.slice(0, 3), 'r').map(({ number }) => number)).toEqual([2, 3]);
  expect(fruitlessAttempts(attempts, 'r').map(({ number }) => number)).toEqual([5]);
});

test('A task that gets further each time is never given up, and one that does not is after three', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (progress) => {
      const attempts = progress.map((kept, index) => ({ number: index + 1, run: 'r', startedAt: '', kept }));
      const rising = attempts.map((attempt, index) => ({ ...attempt, kept: (index + 1) / 20 }));
      expect(fruitlessAttempts(rising, 'r')).toEqual([]);
      const stuck = [...attempts, ...attempts.slice(0, 3).map((attempt) => ({ ...attempt, kept: 0 }))];
      if (attempts.length >= 3) expect(fruitlessAttempts(stuck, 'r').length).toBeGreaterThanOrEqual(3);
    }),
  );
});
