import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { probeMedia } from '../../../src/assets/probe.ts';
import type { RenderedFilm } from '../../../src/drivers/remotion/driver.ts';
import { AppError } from '../../../src/errors.ts';
import { driverRig } from '../../helpers/driver-rig.ts';
import {
  BLUE,
  decodeFrames,
  GREEN,
  makeClip,
  makeFramedPicture,
  makePicture,
  RED,
  type Film,
  type Rgb,
} from '../../helpers/media.ts';

const WIDTH = 320;
const HEIGHT = 568;
const GROUND: Rgb = [16, 32, 48];
const WEIRD = '奇怪 #1 & 100%?/图 片 %23 + "x".png';

/** A pixel is the colour that was asked for; H.264 leaves it a little off. */
function expectColour(actual: Rgb, wanted: Rgb): void {
  for (const [index, part] of wanted.entries())
    expect(Math.abs((actual[index] ?? -1) - part), `${actual.join()} ≠ ${wanted.join()}`).toBeLessThan(13);
}

const times = (colour: Rgb, count: number): Rgb[] => Array.from({ length: count }, () => colour);

let rig: Awaited<ReturnType<typeof driverRig>>;
beforeAll(async () => {
  rig = await driverRig();
  await makePicture(path.join(rig.assets, 'red.png'), RED);
  await makePicture(path.join(rig.assets, WEIRD), GREEN);
  await makeFramedPicture(path.join(rig.assets, 'framed.png'), BLUE, RED);
  await makeClip(path.join(rig.assets, 'clip.mp4'), { colours: [...times(GREEN, 10), ...times(BLUE, 5)] });
});
afterAll(() => rig.remove());

describe('A film of pictures and clips', () => {
  let facts: RenderedFilm;
  let film: Film;
  let file: string;
  beforeAll(async () => {
    const rendered = await rig.render({
      width: WIDTH,
      height: HEIGHT,
      durationInFrames: 60,
      backgroundColor: '#102030',
      clips: [
        {
          type: 'video',
          src: 'clip.mp4',
          startFrame: 30,
          durationInFrames: 30,
          layer: 1,
          style: { width: '50%', height: '50%' },
        },
        {
          type: 'image',
          src: 'red.png',
          startFrame: 0,
          durationInFrames: 20,
          layer: 2,
          style: { top: 284, left: '50%', opacity: 0.5 },
        },
        { type: 'image', src: WEIRD, startFrame: 10, durationInFrames: 30 },
        { type: 'image', src: 'red.png', startFrame: 40, durationInFrames: 10, style: { scale: 0.5 } },
        { type: 'image', src: 'framed.png', startFrame: 50, durationInFrames: 10, motion: 'zoom-out' },
      ],
    });
    facts = rendered.film;
    file = rendered.file;
    film = await decodeFrames(file, WIDTH, HEIGHT);
  });

  test('has exactly the size, the rate and the frames that it should.', () => {
    expect(facts).toMatchObject({ width: WIDTH, height: HEIGHT, fps: 30, durationSeconds: 2 });
    expect(film.frames).toHaveLength(60);
  });

  test('is H.264 in limited range with the tags of bt709, and has an AAC sound track.', async () => {
    const { video, audio } = await probeMedia(file);
    expect(video).toMatchObject({ codec: 'h264', pixelFormat: 'yuv420p', colorSpace: 'bt709' });
    expect(audio).toMatchObject({ codec: 'aac', channels: 2 });
  });

  test('shows the background where there is no clip, to the very frame.', () => {
    expectColour(film.pixel(9, 20, 20), GROUND);
    expectColour(film.pixel(10, 20, 20), GREEN);
  });

  test('finds a file whose name is full of special characters.', () => {
    expectColour(film.pixel(25, 300, 500), GREEN);
  });

  test('paints a higher layer over a lower one, with its opacity, whatever the order of the list.', () => {
    expectColour(film.pixel(15, 300, 500), [120, 95, 45]);
    expectColour(film.pixel(15, 20, 500), GREEN);
    expectColour(film.pixel(20, 300, 500), GREEN);
  });

  test('places a clip where its style says, from its first frame on.', () => {
    expectColour(film.pixel(30, 80, 142), GREEN);
    expectColour(film.pixel(42, 80, 142), BLUE);
    expectColour(film.pixel(45, 165, 20), GROUND);
  });

  test('scales a clip from its centre.', () => {
    expectColour(film.pixel(45, 200, 400), RED);
    expectColour(film.pixel(45, 300, 284), GROUND);
    expectColour(film.pixel(45, 160, 440), GROUND);
  });

  test('holds the last picture of a clip that ends before its time.', () => {
    expectColour(film.pixel(59, 80, 142), BLUE);
  });

  test('zooms out from a picture until all of it is seen, and no further.', () => {
    expectColour(film.pixel(50, WIDTH - 3, HEIGHT - 3), BLUE);
    expectColour(film.pixel(59, 300, HEIGHT - 3), RED);
    expectColour(film.pixel(59, 300, 400), BLUE);
  });
});

test('An odd size becomes the next smaller even one, and 29.97 frames a second are kept.', async () => {
  const { film } = await rig.render({ width: 131, height: 97, fps: 29.97, durationInFrames: 3 });
  expect(film).toMatchObject({ width: 130, height: 96, fps: 29.97, durationSeconds: 0.1 });
});

test('A film of one frame is one.', async () => {
  const { film, progress } = await rig.render({
    width: 64,
    height: 64,
    durationInFrames: 1,
    clips: [{ type: 'image', src: 'red.png', motion: 'zoom-in' }],
  });
  expect(film.durationSeconds).toBe(0.033);
  expect(progress.at(-1)).toMatchObject({ renderedFrames: 1, totalFrames: 1 });
});

test('Files that are not what their clips say are refused by name before a browser starts.', async () => {
  await writeFile(path.join(rig.assets, 'text.mp4'), 'this is text');
  await writeFile(path.join(rig.assets, 'text.png'), 'this is text');
  const refusal = async (timeline: object): Promise<AppError> => {
    const error = await rig
      .render({ width: 64, height: 64, durationInFrames: 5, ...timeline })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    return error as AppError;
  };
  const video = await refusal({ clips: [{ type: 'video', src: 'text.mp4' }] });
  expect(video).toMatchObject({
    code: 'render_rejected',
    message: expect.stringContaining('clips[0].src: text.mp4 is text, not a picture, film or sound'),
  });
  expect(await refusal({ audioSrc: 'gone.wav' })).toMatchObject({ code: 'asset_missing' });
  const picture = await refusal({ clips: [{ type: 'image', src: 'text.png' }] });
  expect(picture).toMatchObject({
    code: 'render_rejected',
    message: expect.stringContaining('clips[0].src: text.png'),
  });
});
