import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashInput, readManifest, unfinishedAttempts, writeManifest } from '../../src/assets/manifest.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'manifest-'));
});
afterEach(() => rm(folder, { recursive: true }));

const input = hashInput({ a: 1 });

test('A manifest is read back as it was written, and no temporary file stays', async () => {
  const manifest = { input, attempts: [{ run: 'r1', startedAt: 'now' }], result: { output_path: 'a.mp4' } };
  await writeManifest(folder, manifest);
  expect(await readManifest(folder, input)).toEqual(manifest);
  expect(await readdir(folder)).toEqual(['manifest.json']);
});

test('A manifest of another input is void', async () => {
  await writeManifest(folder, { input, attempts: [{ run: 'r1', startedAt: 'now' }] });
  expect(await readManifest(folder, hashInput({ a: 2 }))).toEqual({ input: hashInput({ a: 2 }), attempts: [] });
});

test('A torn manifest counts as none', async () => {
  await writeFile(path.join(folder, 'manifest.json'), '{"input": "');
  expect((await readManifest(folder, input)).attempts).toEqual([]);
});

test('Attempts whose worker died and attempts that failed count, polite shutdowns and other runs do not', () => {
  const attempts = [
    { run: 'r0', startedAt: '0' },
    { run: 'r1', startedAt: '1' },
    { run: 'r1', startedAt: '2', end: 'released' as const },
    { run: 'r1', startedAt: '3', end: 'failed' as const },
  ];
  expect(unfinishedAttempts({ input, attempts }, 'r1').map((attempt) => attempt.startedAt)).toEqual(['1', '3']);
});
