import { expect, test } from 'vitest';
import { timelineSchema } from '../../src/contracts/timeline.ts';
import type { MediaFacts } from '../../src/film/media.ts';
import { mediaUses } from '../../src/film/media-uses.ts';
import { resolveFilm } from '../../src/film/resolve.ts';
import { madeUpMedia } from '../helpers/made-up-media.ts';

function resolve(
  sent: object,
  facts: Record<string, Partial<MediaFacts> | null> = {},
  files: Record<string, string> = {},
) {
  const timeline = timelineSchema.parse(sent);
  return resolveFilm(timeline, madeUpMedia(timeline, facts), new Map(Object.entries(files)));
}
const seconds = (durationSeconds: number) => ({ durationSeconds });

test('Every media file is listed with its field; subtitle files are not media.', () => {
  const timeline = timelineSchema.parse({
    clips: [{ src: 'a.png', onError: 'skip' }, { color: 'red' }, { src: 'a.gif' }, { type: 'audio', src: 'b.mp3' }],
    audioSrc: 'n.wav',
    bgmSrc: 'm.mp3',
    watermark: 'w.png',
    subtitles: { src: 's.srt' },
  });
  expect(mediaUses(timeline)).toEqual([
    { field: 'clips[0].src', src: 'a.png', as: 'image', skippable: true },
    { field: 'clips[2].src', src: 'a.gif', as: 'gif', skippable: false },
    { field: 'clips[3].src', src: 'b.mp3', as: 'audio', skippable: false },
    { field: 'audioSrc', src: 'n.wav', as: 'audio', skippable: false },
    { field: 'bgmSrc', src: 'm.mp3', as: 'audio', skippable: false },
    { field: 'watermark.src', src: 'w.png', as: 'image', skippable: false },
  ]);
});

test('A film without a length ends with the last of narration, clips and subtitles; music does not count.', () => {
  const sent = { fps: 10, clips: [{ src: 'a.mp4' }], audioSrc: 'n.wav', bgmSrc: 'm.mp3' };
  const facts = { 'a.mp4': seconds(3), 'n.wav': seconds(4.01), 'm.mp3': seconds(60) };
  expect(resolve(sent, facts).film.picture.durationInFrames).toBe(41);
  const subtitles = '1\n00:00:05,000 --> 00:00:06,000\nHi';
  expect(resolve({ ...sent, subtitles }, facts).film.picture.durationInFrames).toBe(60);
  expect(
    resolve({ ...sent, subtitles: { src: 's.srt' } }, facts, { 's.srt': subtitles }).film.picture.durationInFrames,
  ).toBe(60);
});

test('Trims and rate make a clip shorter; its sound ends with its file.', () => {
  const clip = { src: 'a.mp4', trimBefore: 10, trimAfter: 30, playbackRate: 2 };
  const { film } = resolve({ fps: 10, clips: [clip, { src: 'b.mp4' }] }, { 'a.mp4': seconds(5), 'b.mp4': seconds(1) });
  expect(film.picture.clips).toMatchObject([
    { from: 0, durationInFrames: 10, trimBefore: 10, playbackRate: 2, loopFrames: null },
    { from: 10, durationInFrames: 10 },
  ]);
  expect(film.soundtrack.sounds).toMatchObject([
    { role: 'clip', from: 0, durationInFrames: 10, trimBefore: 10, playbackRate: 2 },
    { role: 'clip', from: 10, durationInFrames: 10 },
  ]);
});

test('A clip that is trimmed away is refused by its field.', () => {
  const clips = [{ color: 'red' }, { src: 'a.mp4', trimBefore: 60 }];
  expect(() => resolve({ clips }, { 'a.mp4': seconds(2) })).toThrow(
    'payload.timeline.clips[1].trimBefore: expected less than 60, which is all the frames of the file',
  );
});

test('Clips that last beyond the film are cut, and later ones are left out, with warnings.', () => {
  const { film, warnings } = resolve(
    {
      fps: 10,
      durationInFrames: 20,
      clips: [
        { color: 'red', durationInFrames: 30 },
        { color: 'blue', startFrame: 20 },
      ],
      subtitles: [20, 30, 40, 15].map((startFrame) => ({ text: 'x', startFrame, endFrame: startFrame + 10 })),
      audioSrc: 'n.wav',
      output: { poster: 99 },
    },
    { 'n.wav': seconds(3) },
  );
  expect(film.picture.clips).toMatchObject([{ kind: 'color', color: 'red', durationInFrames: 20 }]);
  expect(film.picture.subtitles).toMatchObject([{ from: 15, to: 20 }]);
  expect(film.soundtrack.sounds).toMatchObject([{ durationInFrames: 20 }]);
  expect(warnings).toEqual([
    'clips[1] had to be left out, because the film ends earlier (frame 20)',
    'clips[0] had to be cut at the end of the film (frame 20)',
    'subtitles[0] and 2 more: each had to be left out, because the film ends earlier (frame 20)',
    'subtitles[3] had to be cut at the end of the film (frame 20)',
    'audioSrc has 30 frames and was cut at the end of the film (frame 20)',
    "output.poster is 99, but the film's last frame is 19",
  ]);
});

test('A skippable clip without its file leaves its place empty if it has a place.', () => {
  const clips = [
    { src: 'a.mp4', onError: 'skip' },
    { src: 'b.mp4', onError: 'skip', durationInFrames: 5 },
    { src: 'c.mp4', durationInFrames: 5 },
  ];
  const { film } = resolve({ clips }, { 'a.mp4': null, 'b.mp4': null });
  expect(film.picture.clips).toMatchObject([{ src: 'c.mp4', from: 5 }]);
});

test('Music repeats under the whole film, fades out at its end and steps back for speech when told to.', () => {
  const { film } = resolve({ durationInFrames: 300, bgmSrc: 'm.mp3', ducking: { to: 0.2 } }, { 'm.mp3': seconds(6.4) });
  expect(film.soundtrack.sounds).toEqual([
    {
      src: 'm.mp3',
      role: 'music',
      from: 0,
      durationInFrames: 300,
      trimBefore: 0,
      playbackRate: 1,
      loopFrames: 192,
      volume: 0.1,
      fadeInFrames: 0,
      fadeOutFrames: 45,
      ducking: { to: 0.2, attackMs: 200, releaseMs: 600 },
    },
  ]);
  const short = resolve({ durationInFrames: 20, bgmSrc: 'm.mp3', bgmLoop: false });
  expect(short.film.soundtrack.sounds).toMatchObject([{ durationInFrames: 20, fadeOutFrames: 5, loopFrames: null }]);
});

test('Videos above the bottom are silent by default, and silent sounds are not part of the film.', () => {
  const { film } = resolve({
    durationInFrames: 9,
    clips: [
      { src: 'a.mp4' },
      { src: 'b.mp4', layer: 1 },
      { src: 'c.mp4', layer: 2, volume: 0.5 },
      { src: 'd.mp4', layer: 3, muted: false },
      { src: 'e.mp4', layer: -1, muted: true },
    ],
  });
  expect(film.soundtrack.sounds.map(({ src, volume }) => [src, volume])).toEqual([
    ['a.mp4', 1],
    ['c.mp4', 0.5],
    ['d.mp4', 1],
  ]);
});

test('Words are spread over a line only where the style was asked for; plain and box mark none.', () => {
  const line = { text: 'Hi you', startFrame: 0, endFrame: 10 };
  const timed = { ...line, words: [{ text: 'Hi', startFrame: 0, endFrame: 4 }] };
  const wordsOf = (style: string | undefined, one: object) =>
    resolve({ subtitles: [one], subtitleStyle: style }).film.picture.subtitles[0]?.words.length;
  expect([undefined, 'highlight', 'karaoke', 'plain', 'box'].map((style) => wordsOf(style, line))).toEqual([
    0, 2, 2, 0, 0,
  ]);
  expect([undefined, 'highlight', 'plain'].map((style) => wordsOf(style, timed))).toEqual([1, 1, 0]);
});

test('Languages are settled over all lines and texts of the film.', () => {
  const { film } = resolve({
    clips: [{ text: '世界', durationInFrames: 20 }],
    subtitles: ['世界', 'こんにちは', 'さようなら', 'ありがとう'].map((text) => ({ text, startFrame: 0, endFrame: 9 })),
  });
  expect(film.picture.subtitles.map(({ language }) => language)).toEqual(['ja', 'ja', 'ja', 'ja']);
  expect(film.picture.clips).toMatchObject([{ kind: 'text', textStyle: { language: 'ja', fontSize: 65 } }]);
});

test('Music alone gives a film no length.', () => {
  const clips = [{ src: 'a.mp4', onError: 'skip' }];
  expect(() => resolve({ clips, bgmSrc: 'm.mp3' }, { 'a.mp4': null })).toThrow('payload.timeline.durationInFrames');
});

test('An edit of the music alone changes nothing of the picture.', () => {
  const sent = { clips: [{ src: 'a.mp4' }], audioSrc: 'n.wav', bgmSrc: 'm.mp3' };
  const other = { ...sent, bgmSrc: 'other.mp3', bgmVolume: 1, ducking: true };
  expect(resolve(other).film.picture).toEqual(resolve(sent).film.picture);
  expect(resolve(other).film.soundtrack).not.toEqual(resolve(sent).film.soundtrack);
});

test('A clip is named by its place in the request, even after one that was left out.', () => {
  const sent = {
    durationInFrames: 5,
    clips: [
      { src: null, onError: 'skip' },
      { src: 'a.png', durationInFrames: 5, style: { left: '100%' } },
      { src: 'b.mp4', startFrame: 9 },
    ],
  };
  expect(mediaUses(timelineSchema.parse(sent)).map(({ field }) => field)).toEqual(['clips[1].src', 'clips[2].src']);
  expect(resolve(sent, { 'b.mp4': seconds(3) }).warnings).toEqual([
    'clips[0].src is empty; the clip was left out because its onError is skip',
    'clips[2] had to be left out, because the film ends earlier (frame 5)',
    'clips[1].style places the clip outside the frame; nothing of it is visible',
  ]);
});

test('A file that is longer than any film may be is refused.', () => {
  expect(() => resolve({ clips: [{ src: 'a.mp4' }] }, { 'a.mp4': seconds(400_000) })).toThrow(
    'payload.timeline.durationInFrames: expected at most 10368000 frames, but the parts of the film last longer',
  );
});

test.each([
  ['a title of many words', { clips: [{ text: 'Title '.repeat(800) }] }, 'clips[0]'],
  ['a title with letters wider than the frame', { clips: [{ text: 'Hi', textStyle: { fontSize: 2000 } }] }, 'clips[0]'],
  ['a caption too long for the smallest type', { subtitles: [{ text: 'W'.repeat(5000), end: 1 }] }, 'subtitles[0]'],
  [
    'a caption that its boxes make too high',
    { subtitles: [{ text: 'Wort '.repeat(1000), end: 1 }], subtitleStyle: 'box' },
    'subtitles[0]',
  ],
  [
    'a caption whose type is too large',
    { subtitles: [{ text: 'Hello', end: 1 }], subtitleStyle: { fontSize: 2000 } },
    'subtitles[0]',
  ],
])('%s causes a warning that it is cut off.', (_what, sent, field) => {
  const subtitles = 'subtitles' in sent ? sent.subtitles.map((line) => ({ start: 0, ...line })) : [];
  const { warnings } = resolve({ width: 320, height: 240, durationInFrames: 30, ...sent, subtitles });
  expect(warnings).toEqual([
    `${field} has more text than fits into the frame at this type size; part of the text is not visible`,
  ]);
});

test.each([
  { clips: [{ text: 'News of the day, and of the day before: '.repeat(5) }] },
  {
    clips: [
      { text: 'Slides in', style: { left: '-50%', rotate: 90 } },
      { src: 'a.png', style: { left: -600, width: 700 } },
    ],
  },
  { clips: [{ src: 'a.png', style: { left: '120%', scale: 3 } }] },
  {
    subtitles: [
      { text: 'A sentence as people speak it, rather long, but no longer than a breath. '.repeat(3), start: 0, end: 1 },
    ],
  },
  { subtitles: [{ text: '字'.repeat(60), start: 0, end: 1 }], subtitleStyle: { fontSize: 40 } },
])('Text that fits, or may fit, causes no warning: %j', (sent) => {
  expect(resolve({ width: 640, height: 360, durationInFrames: 30, ...sent }).warnings).toEqual([]);
});
