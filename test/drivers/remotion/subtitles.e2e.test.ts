import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { driverRig } from '../../helpers/driver-rig.ts';
import { decodeFrames, type Film } from '../../helpers/media.ts';

const WIDTH = 360;
const HEIGHT = 640;

interface Look {
  white: number;
  yellow: number;
  /** Saturated pixels that are not of the highlight's yellow. */
  colourful: number;
  /** First and last row with a white pixel. */
  rows: [number, number];
}

/** What can be seen on a frame whose ground is a dark grey-blue. */
function look(film: Film, frame: number): Look {
  const seen: Look = { white: 0, yellow: 0, colourful: 0, rows: [HEIGHT, 0] };
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const [r, g, b] = film.pixel(frame, x, y);
      if (r > 225 && g > 225 && b > 225) {
        seen.white++;
        seen.rows = [Math.min(seen.rows[0], y), Math.max(seen.rows[1], y)];
      } else if (r > 215 && g > 175 && b < 120) seen.yellow++;
      else if (Math.max(r, g, b) - Math.min(r, g, b) > 90) seen.colourful++;
    }
  return seen;
}

let rig: Awaited<ReturnType<typeof driverRig>>;
const machineFonts = process.env['FONTCONFIG_FILE'];
beforeAll(async () => {
  rig = await driverRig();
  // As on a machine without any font: the project's own must do.
  const nothing = path.join(rig.base, 'no-fonts.conf');
  await writeFile(nothing, '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>');
  process.env['FONTCONFIG_FILE'] = nothing;
});
afterAll(async () => {
  if (machineFonts === undefined) delete process.env['FONTCONFIG_FILE'];
  else process.env['FONTCONFIG_FILE'] = machineFonts;
  await rig.remove();
});

describe('Subtitles on a machine without fonts', () => {
  const LINES = ['Sphinx', '黑色石英', 'ひらがな', '한국어로', 'Ωμέγα', 'Привет'];
  const EMOJI = LINES.length;
  let film: Film;
  beforeAll(async () => {
    const texts = [...LINES, '😀🇩🇪👍🏽'];
    const words = [
      { text: 'one', startFrame: 18, endFrame: 20 },
      { text: 'two', startFrame: 20, endFrame: 22 },
    ];
    const { file } = await rig.render({
      width: WIDTH,
      height: HEIGHT,
      durationInFrames: 26,
      backgroundColor: '#203040',
      subtitles: [
        ...texts.map((text, index) => ({ text, startFrame: index * 2, endFrame: index * 2 + 2 })),
        { text: 'one two', startFrame: 16, endFrame: 24, words },
      ],
    });
    film = await decodeFrames(file, WIDTH, HEIGHT);
  });

  test.each(LINES.map((text, index) => [text, index] as const))('show “%s”.', (_, index) => {
    const { white, rows } = look(film, index * 2 + 1);
    expect(white).toBeGreaterThan(150);
    // 150 of 1920 pixels above the lower edge.
    expect(rows[0]).toBeGreaterThan(HEIGHT * 0.85);
    expect(rows[1]).toBeLessThan(HEIGHT - (150 / 1920) * HEIGHT);
  });

  test('are not all the same box, as missing characters would be.', () => {
    const amounts = LINES.map((_, index) => look(film, index * 2 + 1).white);
    expect(new Set(amounts).size).toBe(LINES.length);
  });

  test('show emoji in colour.', () => {
    const { colourful, yellow } = look(film, EMOJI * 2 + 1);
    expect(colourful).toBeGreaterThan(80);
    expect(yellow).toBeGreaterThan(80);
  });

  test('are gone in the frame after their last one.', () => {
    expect(look(film, 15)).toMatchObject({ white: 0, yellow: 0, colourful: 0 });
    expect(look(film, 24)).toMatchObject({ white: 0, yellow: 0 });
  });

  test('highlight the word that is spoken, and no other.', () => {
    const [before, first, second, after] = [17, 19, 21, 23].map((frame) => look(film, frame));
    expect([before?.yellow, after?.yellow]).toEqual([0, 0]);
    expect(first?.yellow).toBeGreaterThan(30);
    expect(second?.yellow).toBeGreaterThan(30);
    const left = (frame: number): number => {
      for (let x = 0; x < WIDTH; x++)
        for (let y = 500; y < HEIGHT; y++) {
          const [r, g, b] = film.pixel(frame, x, y);
          if (r > 215 && g > 175 && b < 120) return x;
        }
      return WIDTH;
    };
    expect(left(21)).toBeGreaterThan(left(19) + 10);
  });
});

describe('Subtitles in a style of their own', () => {
  const words = [
    { text: 'one', startFrame: 2, endFrame: 4 },
    { text: 'two', startFrame: 4, endFrame: 6 },
  ];
  const styled = async (subtitleStyle: object): Promise<Film> => {
    const subtitles = [{ text: 'one two', startFrame: 0, endFrame: 8, words }];
    const picture = { width: WIDTH, height: HEIGHT, durationInFrames: 8, backgroundColor: '#203040' };
    const { file } = await rig.render({ ...picture, subtitles, subtitleStyle });
    return decodeFrames(file, WIDTH, HEIGHT);
  };

  test('keep what is said marked as karaoke.', async () => {
    const film = await styled({ style: 'karaoke', position: 'top', marginY: 40 });
    const [before, first, second, after] = [1, 3, 5, 7].map((frame) => look(film, frame));
    expect(before?.yellow).toBe(0);
    expect(first?.white).toBeGreaterThan(30);
    expect(second?.yellow).toBeGreaterThan((first?.yellow ?? 0) * 1.5);
    expect(after).toEqual(second);
    expect(before?.rows[0]).toBeGreaterThanOrEqual(40);
    expect(before?.rows[1]).toBeLessThan(HEIGHT * 0.15);
  });

  test('mark nothing when plain or on a box, which is behind the letters.', async () => {
    const plain = await styled({ style: 'plain' });
    const boxed = await styled({ style: 'box', boxColor: '#ff0000', position: 'center' });
    for (const film of [plain, boxed]) {
      expect(look(film, 3).white).toBeGreaterThan(100);
      expect(look(film, 3)).toEqual(look(film, 7));
      expect(look(film, 3).yellow).toBe(0);
    }
    expect(look(plain, 3).colourful).toBe(0);
    expect(look(boxed, 3).colourful).toBeGreaterThan(1000);
    expect(look(boxed, 3).rows[0]).toBeGreaterThan(HEIGHT * 0.45);
  });
});
