import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driverRig } from '../../helpers/driver-rig.ts';
import { runFfmpeg } from '../../../src/assets/ffmpeg.ts';
import {
  amplitude,
  decodeFrames,
  decodeSound,
  level,
  makeClip,
  makeSound,
  RED,
  tone,
  WHITE,
} from '../../helpers/media.ts';

const VOICE = 440;
const MUSIC = 1500;
const CLIP = 800;
const SMALL = { width: 64, height: 64 };

let rig: Awaited<ReturnType<typeof driverRig>>;
beforeAll(async () => {
  rig = await driverRig();
  await makeSound(path.join(rig.assets, 'voice.wav'), tone(VOICE, 1, 0.6));
  await makeSound(path.join(rig.assets, 'music.wav'), tone(MUSIC, 0.5, 0.8), true);
  await makeClip(path.join(rig.assets, 'clip.mp4'), { colours: Array.from({ length: 30 }, () => RED), hertz: CLIP });
});
afterAll(() => rig.remove());

describe('A film with narration, music and a clip that sounds', () => {
  let samples: Float32Array;
  beforeAll(async () => {
    const { file } = await rig.render({
      ...SMALL,
      durationInFrames: 90,
      audioSrc: 'voice.wav',
      bgmSrc: 'music.wav',
      clips: [
        { type: 'video', src: 'clip.mp4', startFrame: 30, durationInFrames: 15, volume: 0.5 },
        { type: 'b_roll', src: 'clip.mp4', startFrame: 45, durationInFrames: 15, layer: 1 },
        { type: 'audio', src: 'voice.wav', startFrame: 60, durationInFrames: 15, volume: 0.25 },
      ],
    });
    samples = await decodeSound(file);
  });

  test('has the narration from the start, as loud as its file, until it ends.', () => {
    expect(amplitude(samples, VOICE, 0.1, 0.9)).toBeCloseTo(0.6, 1);
    expect(amplitude(samples, VOICE, 1.2, 1.9)).toBeLessThan(0.01);
  });

  test('repeats the music under all of it, at a tenth of its loudness.', () => {
    for (const at of [0.1, 0.6, 1.1, 1.6]) expect(amplitude(samples, MUSIC, at, at + 0.3)).toBeCloseTo(0.08, 2);
  });

  test('fades the music out at its end.', () => {
    const [earlier, later] = [amplitude(samples, MUSIC, 2.3, 2.5), amplitude(samples, MUSIC, 2.8, 2.95)];
    expect(earlier).toBeLessThan(0.079);
    expect(later).toBeLessThan(earlier / 2);
  });

  test('has a clip’s own sound at the clip’s volume, for as long as the clip; b-roll is silent unless asked.', () => {
    const full = 0.125;
    expect(amplitude(samples, CLIP, 1.15, 1.45)).toBeCloseTo(full / 2, 2);
    expect(amplitude(samples, CLIP, 1.6, 1.95)).toBeLessThan(0.003);
  });

  test('has an audio clip where it was placed.', () => {
    expect(amplitude(samples, VOICE, 2.1, 2.4)).toBeCloseTo(0.15, 1);
    expect(amplitude(samples, VOICE, 2.65, 2.95)).toBeLessThan(0.01);
  });
});

test('A film without any sound has a silent track as long as the picture.', async () => {
  const { file } = await rig.render({ ...SMALL, durationInFrames: 30 });
  const samples = await decodeSound(file);
  expect(level(samples, 0, 1)).toBe(0);
  expect(samples.length / 48_000).toBeCloseTo(1, 1);
});

test.each([0.25, 0.5, 0.75, 1.5, 2])('A clip at speed %f is heard when its picture shows it', async (playbackRate) => {
  const [fps, flash] = [30, 30];
  const picture = path.join(rig.assets, 'flash.mp4');
  await makeClip(picture, {
    colours: Array.from({ length: 60 }, (_, frame) => (frame >= flash && frame < flash + 4 ? WHITE : RED)),
  });
  const click = new Float32Array(2 * 48_000);
  for (let at = 0; at < 200; at++) click[48_000 + at] = Math.sin(at / 5);
  await makeSound(path.join(rig.assets, 'click.wav'), click);
  const inputs = ['-i', picture, '-i', path.join(rig.assets, 'click.wav')];
  await runFfmpeg([...inputs, '-c:v', 'copy', '-c:a', 'aac', '-b:a', '256k', path.join(rig.assets, 'clap.mp4')]);
  const { file } = await rig.render({
    ...SMALL,
    fps,
    clips: [{ type: 'video', src: 'clap.mp4', trimBefore: 9, playbackRate, durationInFrames: 102 }],
  });
  const film = await decodeFrames(file, SMALL.width, SMALL.height);
  const shown = film.frames.findIndex((_, frame) => film.pixel(frame, 32, 32)[2] > 128);
  const heard = (await decodeSound(file)).findIndex((sample) => Math.abs(sample) > 0.4) / 48_000;
  const exact = (flash - 9) / playbackRate / fps;
  // A frame may be shown up to half a frame before its time, or one after.
  expect(Math.abs(shown / fps - exact)).toBeLessThan(1 / fps);
  expect(Math.abs(heard - exact)).toBeLessThan(0.01);
});
