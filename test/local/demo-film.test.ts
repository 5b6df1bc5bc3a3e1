import { expect, test } from 'vitest';
import { timelineSchema } from '../../src/contracts/timeline.ts';
import { demoScript, demoTimeline } from '../../src/local/demo-film.ts';
import { SCENES } from '../../src/local/demo/script.ts';
import { music } from '../../src/local/demo/music.ts';
import { narration, SAMPLE_RATE } from '../../src/local/demo/voice.ts';
import { splitScript } from '../../src/speech/split-script.ts';
import { level } from '../helpers/media.ts';

const subtitles = SCENES.map(({ text }, index) => ({ text, startMs: index * 2000, endMs: index * 2000 + 1800 }));
const film = timelineSchema.parse(demoTimeline({ audioSrc: 'a.wav', durationSeconds: 9.6, subtitles }));

test('The demo is a film of ten seconds, upright, whose clips follow each other without a gap.', () => {
  expect(film).toMatchObject({ width: 1080, height: 1920, fps: 30, durationInFrames: 300 });
  const ends = film.clips.map(({ startFrame = 0, durationInFrames = 0 }) => startFrame + durationInFrames);
  expect(film.clips.map((clip) => clip.startFrame)).toEqual([0, ...ends.slice(0, -1)]);
  expect(ends.at(-1)).toBe(300);
  expect(new Set(film.clips.map((clip) => clip.kind))).toEqual(new Set(['image', 'video']));
});

test('Its words lie inside their lines, one after another, in Latin, in Chinese and with emoji.', () => {
  for (const { text, words = [], startFrame, endFrame } of film.subtitles) {
    const times = words.flatMap((word) => [word.startFrame, word.endFrame]);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(startFrame);
    expect(times.at(-1)).toBeLessThanOrEqual(endFrame);
    for (const word of words) expect(text).toContain(word.text);
  }
  const all = film.subtitles.map(({ text }) => text).join('');
  for (const script of [/\p{Script=Latin}/u, /\p{Script=Han}/u, /\p{Extended_Pictographic}/u])
    expect(all).toMatch(script);
});

test('Its script is split into one sentence a scene, each with its emoji.', () => {
  const sentences = splitScript(demoScript(), null).map(({ raw }) => raw.trim());
  expect(sentences).toEqual(SCENES.map(({ text }) => text));
});

test('A long speech makes a longer film.', () => {
  const long = timelineSchema.parse(demoTimeline({ audioSrc: 'a.wav', durationSeconds: 20, subtitles }));
  expect(long.durationInFrames).toBe(612);
});

test('The recording of the voice is loud enough to clone.', () => {
  expect(level(narration(), 0, 10)).toBeGreaterThan(0.02);
});

test('The music loops without a seam and does not clip.', () => {
  for (const channel of music()) {
    const [first = 0, last = 0] = [channel[0], channel.at(-1)];
    expect(Math.abs(first - last)).toBeLessThan(0.05);
    expect(channel.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeLessThanOrEqual(0.86);
    expect(channel.length).toBe(6.4 * SAMPLE_RATE);
  }
});
