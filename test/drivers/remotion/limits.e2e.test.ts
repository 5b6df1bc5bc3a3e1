import { afterAll, beforeAll, expect, test } from 'vitest';
import { probeMedia } from '../../../src/assets/probe.ts';
import { driverRig } from '../../helpers/driver-rig.ts';
import { decodeFrames } from '../../helpers/media.ts';

let rig: Awaited<ReturnType<typeof driverRig>>;
beforeAll(async () => {
  rig = await driverRig();
});
afterAll(() => rig.remove());

test.each([
  [2, 2],
  [7680, 4320],
])('A frame of %i × %i is drawn.', async (width, height) => {
  const { file } = await rig.render({ width, height, durationInFrames: 1, clips: [{ color: 'rgb(30 60 210)' }] });
  expect((await probeMedia(file)).video).toMatchObject({ width, height });
  const [red, green, blue] = (await decodeFrames(file, width, height)).pixel(0, width - 1, height - 1);
  for (const [is, wanted] of [
    [red, 30],
    [green, 60],
    [blue, 210],
  ] as const)
    expect(Math.abs(is - wanted)).toBeLessThan(8);
});

test('Ten thousand subtitles: those within the film are shown, and one warning covers the others.', async () => {
  const subtitles = Array.from({ length: 10_000 }, (_, frame) => ({
    text: frame % 2 === 0 ? '████████' : 'i',
    startFrame: frame,
    endFrame: frame + 1,
  }));
  const { film, file, early } = await rig.render({ width: 160, height: 90, durationInFrames: 40, subtitles });
  expect(film.frames).toBe(40);
  expect(film.warnings).toHaveLength(1);
  expect(early).toEqual(film.warnings);
  const { frames } = await decodeFrames(file, 160, 90);
  const light = frames.map((rgb) => rgb.reduce((sum, value) => sum + value, 0));
  for (const [frame, amount] of light.entries()) {
    if (frame % 2 === 1) expect(amount).toBeLessThan((light[frame - 1] ?? 0) / 2);
    else expect(amount).toBeGreaterThan(0);
  }
});
