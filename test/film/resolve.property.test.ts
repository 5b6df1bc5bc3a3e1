import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timelineSchema } from '../../src/contracts/timeline.ts';
import type { PictureClip } from '../../src/film/film.ts';
import { resolveFilm } from '../../src/film/resolve.ts';
import { madeUpMedia } from '../helpers/made-up-media.ts';
import { timelineArbitrary } from '../helpers/timeline-arbitrary.ts';

const assets = { images: ['a.png', 'b.jpg'], videos: ['a.mp4', 'b.webm'], gifs: ['a.gif'], audios: ['a.wav', 'b.mp3'] };
const timelines = timelineArbitrary(assets);
const resolve = (sent: unknown) => {
  const timeline = timelineSchema.parse(sent);
  return { timeline, ...resolveFilm(timeline, madeUpMedia(timeline), new Map()) };
};

test('The film of any valid timeline has all frames inside it and an even size, and is plain JSON.', () => {
  fc.assert(
    fc.property(timelines, (sent) => {
      const { timeline, film } = resolve(sent);
      expect(JSON.parse(JSON.stringify(film))).toEqual(film);
      expect(JSON.parse(JSON.stringify(timeline))).toEqual(timeline);
      const { width, height, durationInFrames: end, clips, subtitles } = film.picture;
      expect([width % 2, height % 2, end % 1]).toEqual([0, 0, 0]);
      expect(end).toBeGreaterThan(0);
      if (typeof sent['durationInFrames'] === 'number') expect(end).toBe(sent['durationInFrames']);
      for (const { from, durationInFrames, holdFrames, transition } of clips) {
        expect(from).toBeGreaterThanOrEqual(0);
        expect(durationInFrames).toBeGreaterThan(0);
        expect(holdFrames).toBeGreaterThanOrEqual(0);
        expect(from + durationInFrames + holdFrames).toBeLessThanOrEqual(end);
        if (transition !== null) expect(transition.durationInFrames).toBeLessThanOrEqual(durationInFrames);
      }
      for (const { from, to, words } of subtitles) {
        expect(0 <= from && from < to && to <= end).toBe(true);
        for (const word of words) expect(from <= word.from && word.from < word.to && word.to <= to).toBe(true);
      }
      expect(film.soundtrack).toMatchObject({ fps: film.picture.fps, durationInFrames: end });
      for (const sound of film.soundtrack.sounds) {
        expect(sound.from + sound.durationInFrames).toBeLessThanOrEqual(end);
        expect(sound.durationInFrames).toBeGreaterThan(0);
        expect(sound.fadeInFrames).toBeLessThanOrEqual(sound.durationInFrames);
        expect(sound.fadeOutFrames).toBeLessThanOrEqual(sound.durationInFrames);
      }
    }),
    { numRuns: 300 },
  );
});

/** Whether something of a track is seen in a frame. */
const isSeen = (clip: PictureClip, frame: number): boolean =>
  clip.from <= frame && frame < clip.from + clip.durationInFrames + clip.holdFrames;

test('Where clips follow each other, what was seen before a transition is seen until it is over.', () => {
  const sequence = fc.array(
    fc.record({
      color: fc.constantFrom('red', 'green', 'blue'),
      durationInFrames: fc.integer({ min: 1, max: 12 }),
      transition: fc.record({
        type: fc.constantFrom('fade', 'slide', 'wipe'),
        durationInFrames: fc.integer({ min: 1, max: 15 }),
      }),
    }),
    { minLength: 2, maxLength: 8 },
  );
  fc.assert(
    fc.property(sequence, fc.integer({ min: 1, max: 60 }), (clips, durationInFrames) => {
      const { film } = resolve({ durationInFrames, clips });
      for (const [index, incoming] of film.picture.clips.entries()) {
        const earlier = film.picture.clips[index - 1];
        if (earlier === undefined || incoming.transition === null) continue;
        for (let frame = 0; frame < incoming.transition.durationInFrames; frame++)
          expect(isSeen(earlier, incoming.from + frame)).toBe(true);
      }
    }),
  );
});

test('Clips are painted from the lowest track up, and overlapping ones of a track in the given order.', () => {
  const clips = fc.array(
    fc.record({
      text: fc.uuid(),
      layer: fc.integer({ min: -2, max: 2 }),
      startFrame: fc.constant(0),
      durationInFrames: fc.integer({ min: 1, max: 9 }),
    }),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(clips, (sent) => {
      const { film } = resolve({ clips: sent });
      const painted = film.picture.clips.map((clip) => (clip.kind === 'text' ? clip.text : ''));
      expect(painted).toEqual(sent.toSorted((a, b) => a.layer - b.layer).map(({ text }) => text));
    }),
  );
});
