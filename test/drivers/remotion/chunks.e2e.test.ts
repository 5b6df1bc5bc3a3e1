import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { driverRig } from '../../helpers/driver-rig.ts';
import { decodeLuma, psnr } from '../../helpers/frames.ts';
import { BLUE, GREEN, makeClip, makeFramedPicture, makePicture, makeSound, RED, tone } from '../../helpers/media.ts';

const SIZE = { width: 160, height: 284 };
const FRAMES = 120;
const words = (texts: string[], from: number) =>
  texts.map((text, index) => ({ text, startFrame: from + index * 8, endFrame: from + index * 8 + 8 }));

/** With a cut between chunks in the middle of a zoom, of a clip, of a crossfade and of a spoken word. */
const FILM = {
  ...SIZE,
  durationInFrames: FRAMES,
  clips: [
    { type: 'image', src: 'framed.png', from: 0, durationInFrames: 36, motion: 'zoom-in' },
    {
      type: 'video',
      src: 'clip.mp4',
      from: 36,
      durationInFrames: 50,
      transition: { type: 'fade', durationInFrames: 8 },
    },
    {
      type: 'image',
      src: 'red.png',
      from: 86,
      durationInFrames: 34,
      transition: { type: 'slide', durationInFrames: 8 },
    },
  ],
  subtitles: [
    { text: 'one two three', startFrame: 24, endFrame: 48, words: words(['one', 'two', 'three'], 24) },
    { text: 'four five', startFrame: 92, endFrame: 110, words: words(['four', 'five'], 92) },
  ],
  bgmSrc: 'music.wav',
};

let rig: Awaited<ReturnType<typeof driverRig>>;
beforeAll(async () => {
  rig = await driverRig();
  await rig.driver.prepare(AbortSignal.timeout(60_000));
  await makeFramedPicture(path.join(rig.assets, 'framed.png'), BLUE, GREEN);
  await makePicture(path.join(rig.assets, 'red.png'), RED);
  await makeClip(path.join(rig.assets, 'clip.mp4'), {
    colours: Array.from({ length: 50 }, (_, frame) => [frame * 5, 255 - frame * 5, 90] as const),
  });
  await makeSound(path.join(rig.assets, 'music.wav'), tone(330, 1));
  await makeSound(path.join(rig.assets, 'other.wav'), tone(440, 1));
});
afterAll(() => rig.remove());

/** Says how fast a child is, which decides how large chunks are. */
const pretendSpeed = (framesPerSecond: number) =>
  writeFile(
    path.join(rig.cacheDir, 'render-speed.json'),
    JSON.stringify({ [SIZE.width * SIZE.height]: framesPerSecond }),
  );
const SMALL_CHUNKS = 1;
const ONE_CHUNK = 1000;
const sharedChunks = (): string => path.join(rig.assets, 'work', '.chunks');
const forgetChunks = () => rm(sharedChunks(), { recursive: true, force: true });

test('A film that was drawn in chunks looks like the same film drawn in one, frame by frame.', async () => {
  await pretendSpeed(SMALL_CHUNKS);
  const chunked = await rig.render(FILM);
  await forgetChunks();
  await pretendSpeed(ONE_CHUNK);
  const whole = await rig.render(FILM);
  expect(chunked.film).toMatchObject({ chunks: 4, reusedChunks: 0 });
  expect(whole.film.chunks).toBe(1);
  const [a, b] = await Promise.all([chunked, whole].map(({ file }) => decodeLuma(file, SIZE.width, SIZE.height)));
  expect([a?.length, b?.length]).toEqual([FRAMES, FRAMES]);
  // The encoder decides otherwise at the cuts; a frame that is off by one would be far below.
  const noise = a?.map((frame, index) => psnr(frame, b?.[index] ?? frame)) ?? [];
  expect(Math.min(...noise)).toBeGreaterThan(38);
});

describe('A film similar to an earlier one', () => {
  let drawn: string;
  beforeAll(async () => {
    await forgetChunks();
    await pretendSpeed(SMALL_CHUNKS);
    await rig.render(FILM);
    drawn = path.join(rig.base, 'drawn');
    await cp(sharedChunks(), drawn, { recursive: true });
  });
  beforeEach(async () => {
    await forgetChunks();
    await pretendSpeed(SMALL_CHUNKS);
    await cp(drawn, sharedChunks(), { recursive: true });
  });

  test('draws no frame when only its music or its loudness is another.', async () => {
    const { film, progress } = await rig.render({ ...FILM, bgmSrc: 'other.wav', bgmVolume: 0.4 });
    expect(film).toMatchObject({ chunks: 4, reusedChunks: 4 });
    expect(progress.find(({ stage }) => stage === 'rendering')).toMatchObject({ keptFrames: 30 });
  });

  test('draws one chunk when one subtitle is another, also when it was measured to be much faster meanwhile.', async () => {
    const [first, second] = FILM.subtitles;
    await pretendSpeed(SMALL_CHUNKS * 1.7);
    const changed = { ...FILM, subtitles: [first, { ...second, text: 'four six' }] };
    expect((await rig.render(changed)).film).toMatchObject({ chunks: 4, reusedChunks: 3 });
  });

  test('draws the chunks of a file that was replaced under the same name.', async () => {
    await makePicture(path.join(rig.assets, 'red.png'), GREEN);
    try {
      expect((await rig.render(FILM)).film).toMatchObject({ chunks: 4, reusedChunks: 2 });
    } finally {
      await makePicture(path.join(rig.assets, 'red.png'), RED);
    }
  });

  test('does not use an incomplete chunk.', async () => {
    const { film: before } = await rig.render(FILM);
    const [name = ''] = await readdir(sharedChunks());
    await writeFile(path.join(sharedChunks(), name), 'not a film');
    expect((await rig.render(FILM)).film).toMatchObject({ reusedChunks: 3, sha256: before.sha256 });
  });
});

test('Frames in which nothing moves are not drawn again, which changes not a byte of the film.', async () => {
  const still = {
    ...SIZE,
    durationInFrames: 45,
    clips: [{ type: 'image', src: 'framed.png' }],
    subtitles: FILM.subtitles,
  };
  // Moves, but nobody sees it.
  const far = {
    type: 'image',
    src: 'red.png',
    layer: 1,
    motion: 'zoom-in',
    style: { left: 5000, width: 10, height: 10 },
  };
  await pretendSpeed(ONE_CHUNK);
  const [quick, slow] = [await rig.render(still), await rig.render({ ...still, clips: [...still.clips, far] })];
  expect(slow.film.reusedChunks).toBe(0);
  expect(quick.film.sha256).toBe(slow.film.sha256);
});

test.each([
  { output: { format: 'webm' }, name: 'film.webm', expected: { frames: 40 } },
  { output: { codec: 'h265' }, name: 'film.mp4', expected: { frames: 40 } },
  { output: { format: 'mov', scale: 0.5 }, name: 'film.mov', expected: { width: 80, height: 142 } },
  { output: { format: 'gif' }, name: 'film.gif', expected: { frames: 40 } },
])('A film is made as $output, with a poster of the frame that was asked for.', async ({ output, name, expected }) => {
  await pretendSpeed(SMALL_CHUNKS);
  const clips = [{ type: 'video', src: 'clip.mp4' }];
  const made = await rig.job(
    { ...SIZE, durationInFrames: 40, clips, output: { ...output, poster: 30 } },
    `odd-${name}`,
  );
  const film = await rig.driver.render(made, { signal: AbortSignal.timeout(60_000), onProgress: () => undefined });
  expect(film).toMatchObject(expected);
  const [poster] = await decodeLuma(film.posterFile ?? '', film.width, film.height);
  const frames = await decodeLuma(made.outputFile, film.width, film.height);
  // The poster is JPEG of the full range, which is how it is decoded; films are of the limited one.
  const [wanted, neighbour] = [frames[30], frames[34]].map((frame) => Math.round(((frame?.[200] ?? 0) - 16) * 1.164));
  expect(Math.abs((poster?.[200] ?? 0) - (wanted ?? 0))).toBeLessThan(8);
  expect(wanted).not.toBe(neighbour);
});
