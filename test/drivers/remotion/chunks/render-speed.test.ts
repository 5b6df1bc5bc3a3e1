import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createRenderSpeed } from '../../../../src/drivers/remotion/chunks/render-speed.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';

const HD = 1080 * 1920;

test('A speed is guessed by the size of the picture, then measured, and remembered by the next worker.', async () => {
  const folder = await scratchFolder();
  const guessed = await createRenderSpeed(folder).framesPerSecond(HD, 1);
  expect(guessed).toBeGreaterThan(4);
  expect(guessed).toBeLessThan(await createRenderSpeed(folder).framesPerSecond(HD / 4, 1));
  await createRenderSpeed(folder).note(HD, 10);
  const known = await createRenderSpeed(folder).framesPerSecond(HD, 1);
  expect(known).toBeGreaterThan(9);
  expect(known).toBeLessThanOrEqual(10);
  await createRenderSpeed(folder).note(HD, 20);
  expect(await createRenderSpeed(folder).framesPerSecond(HD, 1)).toBeGreaterThan(known);
});

test('A film of which only every tenth frame is drawn is much faster, though not ten times.', async () => {
  const speed = createRenderSpeed(await scratchFolder());
  const ratio = (await speed.framesPerSecond(HD, 0.1)) / (await speed.framesPerSecond(HD, 1));
  expect(ratio).toBeGreaterThan(4);
  expect(ratio).toBeLessThan(10);
});

test('A file of speeds that makes no sense counts as none.', async () => {
  const folder = await scratchFolder();
  await writeFile(path.join(folder, 'render-speed.json'), `{"${HD}": "fast"}`);
  expect(await createRenderSpeed(folder).framesPerSecond(HD, 1)).toBeGreaterThan(1);
});
