import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driverRig } from '../helpers/driver-rig.ts';
import { makeAssets } from './assets.ts';
import { heardOtherwise, unlike } from './compare.ts';
import { GOLDEN_FILMS } from './golden-films.ts';
import type { Picture } from './likeness.ts';
import { readReference, writeReference, type Reference } from './references.ts';
import { type MadeFilm, renderGolden } from './render-golden.ts';

/** Makes what is rendered the reference. */
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';
/** The click in the narration of these films, in milliseconds: it lasts half of one. */
const CLICK = 500.25;

let rig: Awaited<ReturnType<typeof driverRig>>;
beforeAll(async () => {
  rig = await driverRig();
  await makeAssets(rig.assets);
});
afterAll(() => rig.remove());

describe.each(GOLDEN_FILMS)('The golden film $name', (golden) => {
  let made: MadeFilm;
  let wanted: { pictures: Picture[]; numbers: Reference };
  beforeAll(async () => {
    made = await renderGolden(rig, golden);
    if (UPDATE) await writeReference(golden.name, made.pictures, made.numbers);
    wanted = await readReference(golden.name);
  });

  test('is as long and as large as it was, and warns of the same.', () => {
    const { loudness: _, peakMs: __, ...facts } = wanted.numbers;
    expect(made.numbers).toMatchObject(facts);
    expect(made.pictures).toHaveLength(facts.frames);
  });

  test('looks as it did, frame by frame.', () => {
    expect(unlike(made.pictures, wanted.pictures)).toEqual([]);
  });

  test('would fail the comparison if it were late by a frame.', () => {
    expect(unlike(made.pictures.slice(1), wanted.pictures)).not.toEqual([]);
  });

  test('sounds as it did.', () => {
    expect(heardOtherwise(made.numbers, wanted.numbers)).toEqual([]);
  });

  test.runIf('audioSrc' in golden.timeline)('has the click of its narration to the millisecond.', () => {
    expect(Math.abs((made.numbers.peakMs ?? 0) - CLICK)).toBeLessThanOrEqual(1);
  });

  const { poster } = (golden.timeline['output'] ?? {}) as { poster?: number };
  test.runIf(poster !== undefined)('has the frame that was asked for as its poster.', () => {
    const references = wanted.pictures.slice(poster, (poster ?? 0) + 1);
    expect(unlike(made.poster === null ? [] : [made.poster], references)).toEqual([]);
    expect(made.poster).not.toBeNull();
  });
});
