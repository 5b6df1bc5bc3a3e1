import { copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFfmpeg } from '../../src/assets/ffmpeg.ts';
import { createPrepareRender } from '../../src/prepare/prepare-render.ts';
import { BLUE, makeClip, makePicture, makeSound, tone } from '../helpers/media.ts';

const PICTURES = new URL('../fixtures/pictures/', import.meta.url);

let root: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), 'clip-kinds-')));
  const at = (name: string): string => path.join(root, name);
  await makePicture(at('a.png'), BLUE);
  await makeClip(at('a.mp4'), { colours: [BLUE, BLUE], hertz: 440 });
  await makeSound(at('a.wav'), tone(440, 0.2));
  await runFfmpeg(['-i', at('a.wav'), '-c:a', 'libmp3lame', at('a.mp3')]);
  await runFfmpeg(['-i', at('a.wav'), '-c:a', 'aac', '-f', 'mp4', at('sound.m4a')]);
  await mkdir(at('odd'));
  const copies: readonly [string, string][] = [
    ['a.png', 'picture.mp4'],
    ['a.png', 'picture.gif'],
    ['a.png', 'picture.mp3'],
    ['a.png', 'picture'],
    ['a.mp4', 'film.png'],
    ['a.mp4', 'film.gif'],
    ['a.mp4', 'film.dat'],
    ['a.mp3', 'sound.mp4'],
    ['sound.m4a', 'sound.png'],
    ['a.wav', 'sound.jpg'],
  ];
  for (const [from, to] of copies) await copyFile(at(from), at(`odd/${to}`));
  await copyFile(new URL('animated.gif', PICTURES), at('odd/moving.png'));
  await copyFile(new URL('animated.webp', PICTURES), at('odd/moving.mp4'));
  await writeFile(at('odd/text.mp4'), 'no film');
});

afterAll(() => rm(root, { recursive: true, force: true }));

async function prepared(clip: object, more: object = {}) {
  const timeline = { width: 64, height: 64, durationInFrames: 30, clips: [clip], ...more };
  return createPrepareRender({ root, aliases: [] })('task', { timeline });
}

test.each([
  ['picture.mp4', undefined, 'image', 'is a still picture, not a film'],
  ['picture.mp4', 'video', 'image', 'is a still picture, not a film'],
  ['picture.mp4', 'wan_video', 'image', 'is a still picture, not a film'],
  ['picture.gif', undefined, 'image', 'is a still picture, not an animated picture'],
  ['picture', undefined, 'image', undefined],
  ['film.png', undefined, 'video', 'is a film, not a still picture'],
  ['film.png', 'b_roll', 'video', 'is a film, not a still picture'],
  ['film.png', 'image', 'video', 'is a film, not a still picture'],
  ['film.gif', 'gif', 'video', 'is a film, not an animated picture'],
  ['film.dat', undefined, 'video', undefined],
  ['sound.mp4', undefined, 'audio', 'is a sound file, not a film'],
  ['sound.mp4', 'video', 'audio', 'is a sound file, not a film'],
  ['sound.png', undefined, 'audio', 'is a sound file, not a still picture'],
  ['sound.jpg', 'image', 'audio', 'is a sound file, not a still picture'],
  ['moving.png', undefined, 'gif', 'is an animated picture, not a still picture'],
  ['moving.mp4', 'video', 'gif', 'is an animated picture, not a film'],
])('%s of type %s is used as what its bytes say', async (name, type, kind, said) => {
  const { input, errors, warnings } = await prepared({ type, src: `odd/${name}`, durationInFrames: 30 });
  expect(errors).toEqual([]);
  expect(input?.timeline.clips).toMatchObject([{ kind, src: `odd/${name}` }]);
  const wanted =
    said === undefined
      ? []
      : [`clips[0].src: odd/${name} ${said}; it is used as ${said.slice('is '.length, said.indexOf(','))}`];
  expect(input?.timeline.warnings ?? []).toEqual(wanted);
  expect(warnings).toEqual(wanted.map((warning) => `payload.timeline: ${warning}`));
});

test("A clip accepts the fields of its file's kind", async () => {
  const clip = { src: 'odd/film.png', trimBefore: 1, playbackRate: 2, durationInFrames: 30 };
  expect((await prepared(clip)).input?.timeline.clips).toMatchObject([
    { kind: 'video', trimBefore: 1, playbackRate: 2, volume: 1 },
  ]);
});

describe('The kind from its name counts', () => {
  test.each([
    ['a.png', 'image', 'image'],
    ['a.mp4', undefined, 'video'],
    ['a.mp4', 'audio', 'audio'],
    ['a.mp3', undefined, 'audio'],
    ['odd/text.mp4', undefined, 'video'],
    ['odd/picture.mp3', 'audio', 'audio'],
  ])('for %s of type %s', async (src, type, kind) => {
    const { input } = await prepared({ src, type, durationInFrames: 30 });
    expect(input?.timeline.clips).toMatchObject([{ kind }]);
    expect(input?.timeline.warnings).toBeUndefined();
  });
});

test('Clips without a file, of unknown type, or in no list get the same errors as before', async () => {
  expect((await prepared({ src: 'gone.png' })).errors.map((error) => error.path)).toEqual([
    'payload.timeline.clips[0].src',
  ]);
  expect((await prepared({ src: 'a.png', type: 'picture' })).errors[0]?.path).toBe('payload.timeline.clips[0].type');
  for (const clips of [null, 'no', [null], [[]], { 0: { src: 'a.png' } }])
    expect((await prepared({}, { clips })).errors.length).toBeGreaterThanOrEqual(0);
});
