import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Clip } from '../../src/contracts/timeline.ts';
import { unknownLength, type OwnLength } from '../../src/film/clip-slots.ts';
import { placeInFilm } from '../../src/film/place-in-film.ts';

const image = (more: Partial<Clip> = {}): Clip => ({ kind: 'image', src: 'a.png', layer: 0, ...more }) as Clip;
const video = (more: Partial<Clip> = {}): Clip =>
  ({ kind: 'video', src: 'a.mp4', layer: 0, volume: 1, ...more }) as Clip;
const audio = (more: Partial<Clip> = {}): Clip =>
  ({ kind: 'audio', src: 'a.mp3', layer: 0, volume: 1, ...more }) as Clip;

/** Videos last 50 frames, sounds 20. */
const own: OwnLength = ({ kind }) => (kind === 'image' ? null : kind === 'audio' ? 20 : 50);

function place(clips: Clip[], film: { length?: number; tail?: number; othersEnd?: number } = {}) {
  const { tail = 0, othersEnd = 0 } = film;
  const { places, end } = placeInFilm({ clips, fps: 10, own, length: film.length, tail, othersEnd });
  return { places: places.map(({ start, length }) => [start, length]), end };
}

test('A clip without a start begins where the last one on its track ends; sounds have their own tracks.', () => {
  const clips = [
    image({ durationInFrames: 7 }),
    video(),
    audio(),
    image({ layer: 1, durationInFrames: 9 }),
    image({ durationInFrames: 3 }),
  ];
  expect(place(clips)).toEqual({
    places: [
      [0, 7],
      [7, 50],
      [0, 20],
      [0, 9],
      [57, 3],
    ],
    end: 60,
  });
});

test('Stills without a length share what is left of the film evenly, to the frame.', () => {
  expect(place([image(), image(), video(), image()], { length: 150 }).places).toEqual([
    [0, 33],
    [33, 33],
    [66, 50],
    [116, 34],
  ]);
});

test('Their share ends at the given start of the next clip on the track.', () => {
  expect(place([image(), image(), image({ startFrame: 11 })], { length: 20 }).places).toEqual([
    [0, 5],
    [5, 6],
    [11, 9],
  ]);
});

test('A clip over another one of its track, as earlier clients send it, ends nothing by its start.', () => {
  const over = image({ startFrame: 40, durationInFrames: 10, style: { scale: 0.5 } });
  expect(place([image({ startFrame: 0 }), over], { length: 100 }).places).toEqual([
    [0, 100],
    [40, 10],
  ]);
  expect(place([video({ startFrame: 0 }), over], { length: 100 }).places[0]).toEqual([0, 100]);
});

test('They share the length of narration and subtitles if the film has no length.', () => {
  expect(place([image(), image()], { othersEnd: 90 })).toEqual({
    places: [
      [0, 45],
      [45, 45],
    ],
    end: 90,
  });
});

test('Where nothing has a length, or nothing is left, a still is shown for three seconds.', () => {
  expect(place([image(), image()])).toEqual({
    places: [
      [0, 30],
      [30, 30],
    ],
    end: 60,
  });
  expect(place([image({ durationInFrames: 40 }), image()])).toEqual({
    places: [
      [0, 40],
      [40, 30],
    ],
    end: 70,
  });
});

test('The last clip of a track without a length stays to the end of a film whose length is given.', () => {
  expect(place([video()], { length: 1800 }).places).toEqual([[0, 1800]]);
  expect(place([video({ startFrame: 40 }), video({ layer: 2, startFrame: 10 })], { length: 100 }).places).toEqual([
    [40, 60],
    [10, 90],
  ]);
});

test('Without a given length of the film only the bottom track stays; a video above it ends with its file.', () => {
  expect(place([video(), video({ layer: 1 })], { othersEnd: 300 }).places).toEqual([
    [0, 300],
    [0, 50],
  ]);
});

test('A repeating clip fills the remaining time; without remaining time it plays once.', () => {
  expect(place([video({ loop: true })], { othersEnd: 300 }).places).toEqual([[0, 300]]);
  expect(place([video({ loop: true })])).toEqual({ places: [[0, 50]], end: 50 });
});

test('A trimmed clip lasts no longer than its trims leave.', () => {
  const trimmed = { trimBefore: 5, trimAfter: 25, playbackRate: 2 };
  const lengths: OwnLength = () => 10;
  const placed = (clip: Clip) =>
    placeInFilm({ clips: [clip], fps: 10, own: lengths, length: 100, tail: 0, othersEnd: 0 }).places;
  expect(placed(video(trimmed))).toEqual([{ start: 0, length: 10 }]);
  expect(placed(video({ ...trimmed, durationInFrames: 30 }))).toEqual([{ start: 0, length: 10 }]);
  expect(placed(video({ ...trimmed, durationInFrames: 30, loop: true }))).toEqual([{ start: 0, length: 30 }]);
});

test('A film with a tail goes on after its last part, and so does the last clip of the bottom track.', () => {
  expect(place([image(), image({ startFrame: 40 })], { othersEnd: 90, tail: 10 })).toEqual({
    places: [
      [0, 40],
      [40, 60],
    ],
    end: 100,
  });
  expect(place([video(), video({ layer: 1, durationInFrames: 20 })], { tail: 10 })).toEqual({
    places: [
      [0, 60],
      [0, 20],
    ],
    end: 60,
  });
  expect(place([image()], { tail: 10 })).toEqual({ places: [[0, 40]], end: 40 });
});

test('A film in which nothing has a length has none.', () => {
  expect(place([]).end).toBe('open');
  expect(place([], { tail: 10 }).end).toBe('open');
});

test('A clip that is placed before the media are known keeps its place afterwards.', () => {
  const number = fc.option(fc.integer({ min: 0, max: 80 }), { nil: undefined });
  const length = fc.option(fc.integer({ min: 1, max: 80 }), { nil: undefined });
  const clip = fc
    .tuple(
      fc.constantFrom(image, video, audio),
      number,
      length,
      fc.integer({ min: 0, max: 2 }),
      fc.boolean(),
      fc.boolean(),
    )
    .map(([make, startFrame, durationInFrames, layer, loop, skip]) =>
      make({
        startFrame,
        durationInFrames,
        layer,
        ...(loop ? { loop } : { style: { scale: layer } }),
        ...(skip ? { onError: 'skip' } : {}),
      }),
    );
  const film = fc.record({
    clips: fc.array(clip, { maxLength: 7 }),
    length,
    tail: fc.integer({ min: 0, max: 20 }),
    others: fc.integer({ min: 0, max: 90 }),
  });
  fc.assert(
    fc.property(film, ({ clips, length: given, tail, others }) => {
      const plan = { fps: 10, length: given, tail, othersEnd: others };
      const early = placeInFilm({ ...plan, clips, own: unknownLength });
      const noted = clips.map((one, index): Clip => {
        const { start, length: lasts } = early.places[index] ?? {};
        return {
          ...one,
          startFrame: start === 0 ? 0 : one.startFrame,
          durationInFrames: lasts ?? one.durationInFrames,
        };
      });
      const settled = typeof early.end === 'number' ? early.end : given;
      expect(placeInFilm({ ...plan, length: settled, clips: noted, own })).toEqual(
        placeInFilm({ ...plan, clips, own }),
      );
    }),
    { numRuns: 2000 },
  );
});
