import path from 'node:path';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { probeMedia, UnreadableMediaError } from '../../src/assets/probe.ts';
import { makeClip, makeSound, RED, tone } from '../helpers/media.ts';
import { scratchFolder } from '../helpers/scratch.ts';

test('A clip’s size, rate, length and codecs are read, under a name full of special characters.', async () => {
  const file = path.join(await scratchFolder(), 'a #1 100%?:图.mp4');
  await makeClip(file, { colours: Array.from({ length: 15 }, () => RED), width: 64, height: 32, hertz: 440 });
  const info = await probeMedia(file);
  expect(info.video).toMatchObject({ codec: 'h264', width: 64, height: 32, fps: 30, durationSeconds: 0.5 });
  expect(info.video).toMatchObject({ pixelFormat: 'yuv420p', colorSpace: 'bt709' });
  expect(info.audio).toMatchObject({ codec: 'aac', channels: 1 });
  expect(info.sizeBytes).toBeGreaterThan(500);
});

test('A sound has no picture.', async () => {
  const file = path.join(await scratchFolder(), 'a.wav');
  await makeSound(file, tone(440, 1), true);
  const info = await probeMedia(file);
  expect(info.video).toBeNull();
  expect(info.audio).toMatchObject({ channels: 2, sampleRate: 48_000, durationSeconds: 1 });
});

test('A file that is not media is refused with ffprobe’s reason.', async () => {
  const file = path.join(await scratchFolder(), 'a.mp4');
  await writeFile(file, 'this is text');
  await expect(probeMedia(file)).rejects.toThrow(UnreadableMediaError);
  await expect(probeMedia(file)).rejects.toThrow('it is not a known kind of film or sound');
});

test('An abort ends it with an abort, not with a verdict on the file.', async () => {
  const file = path.join(await scratchFolder(), 'a.wav');
  await makeSound(file, tone(440, 1));
  await expect(probeMedia(file, AbortSignal.abort())).rejects.not.toThrow(UnreadableMediaError);
});
