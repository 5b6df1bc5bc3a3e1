import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPrepareRender } from '../../src/prepare/prepare-render.ts';
import { prepareUnfetched } from '../../src/prepare/prepare-unfetched.ts';
import { renderPlaces } from '../../src/prepare/render-places.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { timelineArbitrary } from '../helpers/timeline-arbitrary.ts';

/** Addresses, whose names do not always show what is there. */
const FILES = {
  images: ['https://example.com/a.png', 'https://example.com/a'],
  videos: ['https://example.com/b.mp4', 'https://example.com/b'],
  gifs: ['https://example.com/c.gif'],
  audios: ['https://example.com/d.wav', 'https://example.com/d'],
};
/** Changes that are wrong whatever the files are. */
const WRONG = [
  {
    change: { clips: [{ src: FILES.images[1], startFrame: 9, endFrame: 9 }] },
    path: 'payload.timeline.clips[0].endFrame',
  },
  {
    change: { clips: [{ src: FILES.images[1], durationInFrames: 9, layer: 1, track: 2 }] },
    path: 'payload.timeline.clips[0].track',
  },
  { change: { fps: 0 }, path: 'payload.timeline.fps' },
  { change: { bgmVolume: 'loud' }, path: 'payload.timeline.bgmVolume' },
  { change: { output: { format: 'avi' } }, path: 'payload.timeline.output.format' },
  {
    change: { subtitles: [{ text: 'Hi', startFrame: -1, endFrame: 9 }] },
    path: 'payload.timeline.subtitles[0].startFrame',
  },
];

test('A valid film is not refused for files that are not there yet; anything else that is wrong is told', async () => {
  const prepare = createPrepareRender({ root: await scratchFolder(), aliases: [] });
  const check = async (timeline: Record<string, unknown>) => {
    const payload = { timeline: structuredClone(timeline) };
    const places = await renderPlaces(payload);
    const { errors, input } = await prepareUnfetched(prepare, 'task', { payload, places });
    return { paths: errors.map(({ path }) => path), places, input };
  };
  await fc.assert(
    fc.asyncProperty(timelineArbitrary(FILES), fc.constantFrom(...WRONG), async (timeline, { change, path }) => {
      const { paths, places, input } = await check(timeline);
      expect(paths).toEqual([]);
      if (places.length > 0) expect(input).toBeUndefined();
      expect((await check({ ...timeline, ...change })).paths).toContain(path);
    }),
    { numRuns: 200 },
  );
});
