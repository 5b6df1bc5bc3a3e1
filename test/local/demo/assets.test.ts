import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { exampleSound, examplesFolder } from '../../../src/host/examples-folder.ts';
import { addMusic } from '../../../src/local/demo/assets.ts';
import { decodeSound, level } from '../../helpers/media.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

test('The recording of the voice is loud enough to clone.', async () => {
  expect(level(await decodeSound(exampleSound('luna.mp3')), 0, 10)).toBeGreaterThan(0.02);
});

test('The music lies where the short film expects it, loops without a seam and does not clip.', async () => {
  const assets = await scratchFolder();
  await addMusic(assets);
  const example = await readFile(path.join(examplesFolder(), 'short-film.json'), 'utf8');
  const [, named = ''] = /"bgmSrc": "([^"]+)"/.exec(example) ?? [];
  const music = await decodeSound(path.join(assets, named));
  expect(music.length).toBe(6.4 * 48_000);
  expect(Math.abs((music[0] ?? 1) - (music.at(-1) ?? 0))).toBeLessThan(0.05);
  expect(music.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeLessThanOrEqual(0.9);
});
