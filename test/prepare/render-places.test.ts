import fc from 'fast-check';
import { expect, test } from 'vitest';
import { missingAssets } from '../../src/assets/timeline-assets.ts';
import { formatPath } from '../../src/contracts/fields.ts';
import { renderPlaces } from '../../src/prepare/render-places.ts';
import { GOLDEN_FILMS } from '../golden/golden-films.ts';
import { scratchFolder } from '../helpers/scratch.ts';

/** The paths of the fields whose files are checked. All of them are missing. */
const checked = async (timeline: object): Promise<string[]> => {
  const root = await scratchFolder();
  const errors = await missingAssets({ root, aliases: [] }, timeline, ['timeline']);
  return errors.map(({ path }) => path).toSorted();
};

test.each(GOLDEN_FILMS)('An address may stand wherever $name names a file, and nowhere else', async ({ timeline }) => {
  const places = await renderPlaces({ timeline });
  const needed = places.filter(({ mayBeAway }) => mayBeAway !== true).map(({ path }) => formatPath(path));
  expect(needed.toSorted()).toEqual(await checked(timeline));
});

test('Timelines of any form have only texts in the places of files', async () => {
  const part = fc.oneof(fc.string(), fc.anything(), fc.constant({ src: { src: 'a' } }), fc.constant([{ src: 'a' }]));
  const timelines = fc.record(
    { clips: fc.oneof(fc.array(part), part), audioSrc: part, bgmSrc: part, watermark: part, subtitles: part },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(timelines, fc.anything()), async (timeline) => {
      for (const { path, value } of await renderPlaces({ timeline })) {
        const there = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], { timeline });
        expect(there).toBe(value);
        expect(typeof value).toBe('string');
      }
    }),
  );
});
