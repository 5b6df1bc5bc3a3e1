import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { probeMedia } from '../../src/assets/probe.ts';
import { addSamples } from '../../src/files/add-samples.ts';
import { samplesFolder } from '../../src/host/examples-folder.ts';
import { createVoiceLibrary } from '../../src/voices/voice-library.ts';
import { decodeSound, level } from '../helpers/media.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
const add = (root: string): Promise<string[]> => addSamples(root, samplesFolder());

test('A new asset folder gets every sample, and a voice that can be used', async () => {
  const root = await scratchFolder();
  expect(await add(root)).toEqual(['voices/luna', 'samples']);
  expect(await filesIn(root)).toEqual(await filesIn(samplesFolder()));
  const { voices, broken } = await createVoiceLibrary({ root, aliases: [] }).list();
  expect(broken).toEqual([]);
  expect(voices).toMatchObject([{ id: 'luna', transcript: expect.stringMatching(/^Morning comes .+\.$/) as string }]);
});

test('A sample that was deleted does not come back', async () => {
  const root = await scratchFolder();
  await add(root);
  await rm(path.join(root, 'voices/luna'), { recursive: true });
  await rm(path.join(root, 'samples/fox.jpg'));
  expect(await add(root)).toEqual([]);
  expect(await filesIn(root)).not.toContain('samples/fox.jpg');
});

test.each(['voices/luna/reference.wav', 'voices/luna.wav'])('A voice of the same name stays: %s', async (own) => {
  const root = await scratchFolder();
  await mkdir(path.dirname(path.join(root, own)), { recursive: true });
  await writeFile(path.join(root, own), 'mine');
  expect(await add(root)).toEqual(['samples']);
  expect(await readFile(path.join(root, own), 'utf8')).toBe('mine');
  expect((await filesIn(root)).filter((name) => name.startsWith('voices/'))).toEqual([own]);
});

test('Two servers that start at once add the samples once', async () => {
  const root = await scratchFolder();
  const added = await Promise.all([add(root), add(root)]);
  expect(added.flat().toSorted()).toEqual(['samples', 'voices/luna']);
  expect(await filesIn(root)).toEqual(await filesIn(samplesFolder()));
});

test('An asset folder that is away is not created', async () => {
  const root = path.join(await scratchFolder(), 'disk', 'assets');
  await expect(add(root)).rejects.toThrow('ENOENT');
  await expect(stat(path.dirname(root))).rejects.toThrow('ENOENT');
});

test('The samples are small', async () => {
  const sizes = await Promise.all(
    (await filesIn(samplesFolder())).map(async (name) => (await stat(path.join(samplesFolder(), name))).size),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(300_000);
});

test('The recording of the sample voice has the length and the level of a good one', async () => {
  const recording = path.join(samplesFolder(), 'voices/luna/reference.mp3');
  const { audio } = await probeMedia(recording, AbortSignal.timeout(20_000));
  expect(audio?.durationSeconds).toBeGreaterThanOrEqual(5);
  expect(audio?.durationSeconds).toBeLessThanOrEqual(10);
  expect(level(await decodeSound(recording), 0, 10)).toBeGreaterThan(0.05);
});

test('The sample music loops without a seam and does not clip', async () => {
  const music = await decodeSound(path.join(samplesFolder(), 'samples/calm.mp3'));
  expect(music.length).toBe(12.8 * 48_000);
  expect(Math.abs((music[0] ?? 1) - (music.at(-1) ?? 0))).toBeLessThan(0.05);
  expect(music.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeLessThanOrEqual(0.9);
});
