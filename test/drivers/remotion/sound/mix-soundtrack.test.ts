import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, test } from 'vitest';
import { ffmpegProgram, runFfmpeg } from '../../../../src/assets/ffmpeg.ts';
import { probeMedia } from '../../../../src/assets/probe.ts';
import { joinFilm } from '../../../../src/drivers/remotion/sound/join-film.ts';
import { mixSoundtrack, type MixOptions } from '../../../../src/drivers/remotion/sound/mix-soundtrack.ts';
import type { Sound } from '../../../../src/film/film.ts';
import { amplitude, level, makeClip, makePicture, makeSound, RED, tone } from '../../../helpers/media.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';
import { soundOf } from './sounds.ts';

const RATE = 48_000;
/** Encoders ring a little around a click; 1 ms. */
const CLICK_TOLERANCE = 48;

let folder: string;
beforeEach(async () => {
  folder = await scratchFolder();
});

const inFolder = (name: string): string => path.join(folder, name);

function mix(
  sounds: Sound[],
  durationInFrames: number,
  { fps = 30, ...changes }: Partial<MixOptions> & { fps?: number } = {},
) {
  const options = {
    assetRoot: folder,
    folder,
    mark: folder,
    format: 'aac',
    signal: new AbortController().signal,
    ...changes,
  } as const;
  return mixSoundtrack({ fps, durationInFrames, sounds }, options);
}

/** Both sides of a sound file. */
async function sides(file: string): Promise<[Float32Array, Float32Array]> {
  const wav = await runFfmpeg(['-i', `file:${file}`, ...'-map 0:a:0 -f wav -c:a pcm_s16le -'.split(' ')]);
  const data = wav.subarray(wav.indexOf('data') + 8);
  const side = (offset: number) =>
    Float32Array.from({ length: data.length >> 2 }, (_, at) => data.readInt16LE(at * 4 + offset) / 32_768);
  return [side(0), side(2)];
}

const heard = async (sounds: Sound[], durationInFrames: number, options = {}): Promise<Float32Array> =>
  (await sides((await mix(sounds, durationInFrames, options)).file))[0];

/** When each packet of a file's sound is played, in seconds. */
async function soundPackets(file: string): Promise<string[]> {
  const { file: ffprobe, env } = ffmpegProgram('ffprobe');
  const args = '-v error -select_streams a -show_entries packet=pts_time -of csv=p=0'.split(' ');
  const { stdout } = await execa(ffprobe, [...args, file], { env });
  return stdout.split('\n').map((line) => line.replaceAll(',', ''));
}

/** A short burst at each of the given samples, silence elsewhere. */
function clicks(samples: number, ...places: number[]): Float32Array {
  const sound = new Float32Array(samples);
  for (const place of places) for (let at = 0; at < 24; at++) sound[place + at] = 0.8 * Math.sin((at * Math.PI) / 4);
  return sound;
}

/** Where the bursts of {@link clicks} are, by correlation. */
function findClicks(sound: Float32Array): number[] {
  const burst = clicks(24, 0);
  const likeness = (at: number): number => {
    let sum = 0;
    for (let offset = 0; offset < burst.length; offset++) sum += (burst[offset] ?? 0) * (sound[at + offset] ?? 0);
    return sum;
  };
  const found: number[] = [];
  for (let at = 0; at < sound.length; at++) {
    if (likeness(at) < 3.5) continue;
    let best = at;
    for (let near = at; near < at + 24; near++) if (likeness(near) > likeness(best)) best = near;
    found.push(best);
    at += 480;
  }
  return found;
}

function expectClicks(found: number[], wanted: number[], tolerance = CLICK_TOLERANCE): void {
  expect(found).toHaveLength(wanted.length);
  for (const [index, place] of wanted.entries())
    expect(Math.abs((found[index] ?? 0) - place)).toBeLessThanOrEqual(tolerance);
}

describe.each(['aac', 'opus'] as const)('In %s,', (format) => {
  test('a click is heard at its sample, and not before it.', async () => {
    await makeSound(inFolder('sound.wav'), clicks(96_000, 0, 30_000, 95_000));
    expectClicks(findClicks(await heard([soundOf({ from: 15 })], 90, { format })), [24_000, 54_000, 119_000], 2);
  });

  test('the same sounds give the same bytes, from files of any age or folder.', async () => {
    await makeSound(inFolder('sound.wav'), tone(440, 1), true);
    const first = await readFile((await mix([soundOf()], 30, { format })).file);
    const other = await scratchFolder();
    const second = await mix([soundOf()], 30, { format, folder: other });
    expect((await readFile(second.file)).equals(first)).toBe(true);
    expect(await readdir(other)).toEqual([path.basename(second.file)]);
  });
});

test('Mono is as loud on both sides as in its file; stereo keeps its sides.', async () => {
  await makeSound(inFolder('sound.wav'), tone(440, 1, 0.5));
  for (const side of await sides((await mix([soundOf()], 30)).file))
    expect(amplitude(side, 440, 0.2, 0.8)).toBeCloseTo(0.5, 2);
  await makeSound(inFolder('both.wav'), tone(440, 1, 0.5), true);
  for (const side of await sides((await mix([soundOf({ src: 'both.wav' })], 30)).file))
    expect(amplitude(side, 440, 0.2, 0.8)).toBeCloseTo(0.5, 2);
});

test.each([
  ['wav', '-c:a pcm_s16le'],
  ['mp3', '-c:a libmp3lame -b:a 256k'],
  ['m4a', '-c:a aac -b:a 256k -f mp4'],
  ['webm', '-c:a libopus -b:a 256k'],
])(
  'Music in %s repeats at its real length, which is no whole number of frames, without a seam.',
  async (type, encoder) => {
    // 600 waves of 480 Hz: 1.25 s = 37.5 frames, which a timeline would call 37.
    await makeSound(inFolder('sound.wav'), tone(480, 1.25, 0.5));
    await runFfmpeg(['-i', inFolder('sound.wav'), ...encoder.split(' '), inFolder(`music.${type}`)]);
    const music = await heard([soundOf({ src: `music.${type}`, role: 'music', loopFrames: 37 })], 150);
    const perfect = tone(480, 5, 0.5);
    let worst = 0;
    // Encoders are not at their best where their sound begins, hence the tolerance; a turn of the wrong length would put the waves against each other.
    for (let at = 2400; at < 237_600; at++) worst = Math.max(worst, Math.abs((perfect[at] ?? 0) - (music[at] ?? 0)));
    expect(worst).toBeLessThan(0.05);
  },
);

test('Sound that a clip lacks at its beginning is silence, so the rest stays with the picture.', async () => {
  await makeClip(inFolder('picture.mp4'), { colours: Array.from({ length: 60 }, () => RED) });
  await makeSound(inFolder('sound.wav'), clicks(48_000, 0, 24_000));
  const late = [
    '-i',
    inFolder('picture.mp4'),
    '-itsoffset',
    '0.5',
    '-i',
    inFolder('sound.wav'),
    '-map',
    '0:v',
    '-map',
    '1:a',
  ];
  await runFfmpeg([...late, '-c:v', 'copy', '-c:a', 'aac', inFolder('clip.mp4')]);
  expectClicks(findClicks(await heard([soundOf({ src: 'clip.mp4', trimBefore: 3 })], 60)), [19_200, 43_200]);
});

test('Trims and playback rates begin where they say, and the pitch stays.', async () => {
  await makeSound(inFolder('sound.wav'), clicks(144_000, 60_000, 120_000));
  expectClicks(findClicks(await heard([soundOf({ trimBefore: 30 })], 60)), [12_000, 72_000], 2);
  await makeSound(inFolder('tone.wav'), new Float32Array([...new Float32Array(48_000), ...tone(600, 2)]));
  const fast = await heard([soundOf({ src: 'tone.wav', playbackRate: 2 })], 60);
  expect(amplitude(fast, 600, 0.55, 1.45)).toBeGreaterThan(0.45);
  expect(level(fast, 0, 0.49)).toBeLessThan(0.01);
  expect(level(fast, 1.51, 2)).toBeLessThan(0.01);
  const slow = await heard([soundOf({ src: 'tone.wav', playbackRate: 0.25, trimBefore: 15 })], 90);
  expect(level(slow, 0, 1.98)).toBeLessThan(0.01);
  expect(amplitude(slow, 600, 2.1, 2.9)).toBeGreaterThan(0.45);
});

/** Clicks in a source, in milliseconds: near each other, far from each other, on no round time. */
const CLICKS = [137, 500, 733, 1391, 2000, 2457, 2890, 3500];

describe.each([0.25, 0.5, 0.75, 0.9, 1, 1.5, 2])('At speed %f,', (playbackRate) => {
  test.each([
    [44_100, 'wav', '-c:a pcm_s16le'],
    [48_000, 'm4a', '-c:a aac -b:a 256k -f mp4'],
    [22_050, 'wav', '-c:a pcm_s16le'],
    [48_000, 'webm', '-c:a libopus -b:a 256k'],
  ])('clicks of %i Hz in %s are heard at their time, each once', async (rate, type, encoder) => {
    const places = CLICKS.map((ms) => ms * 48);
    await makeSound(inFolder('sound.wav'), clicks(4 * RATE, ...places));
    await runFfmpeg(['-i', inFolder('sound.wav'), '-ar', String(rate), ...encoder.split(' '), inFolder(`a.${type}`)]);
    const src = `a.${type}`;
    for (const trimBefore of [0, 15]) {
      const skip = (trimBefore / 30) * RATE;
      const frames = Math.ceil(((4 - trimBefore / 30) / playbackRate) * 30);
      const found = findClicks(
        await heard([soundOf({ src, playbackRate, trimBefore, durationInFrames: frames })], frames),
      );
      // A click right at the beginning is cut by it or not.
      const wanted = places.map((place) => Math.round((place - skip) / playbackRate));
      const inside = wanted.filter((place) => place > 480);
      expectClicks(
        found.filter((place) => place > 480),
        inside,
        // An encoder rings before a click, and what it rings is stretched, too; 6 ms.
        288,
      );
    }
  });
});

test('Slow and fast sound of a long source does not drift, and ends when it should.', async () => {
  const seconds = 60;
  const places = Array.from({ length: 29 }, (_, index) => 48_000 + index * 95_537);
  await makeSound(inFolder('long.wav'), clicks(seconds * RATE, ...places));
  for (const playbackRate of [0.5, 1.5]) {
    const frames = (seconds / playbackRate) * 30;
    const found = findClicks(
      await heard([soundOf({ src: 'long.wav', playbackRate, durationInFrames: frames })], frames),
    );
    expectClicks(
      found,
      places.map((place) => Math.round(place / playbackRate)),
    );
  }
});

test('A clip that plays slowly sounds with its picture, whatever speaks before and after.', async () => {
  const voice = Float32Array.from({ length: 4 * RATE }, (_, at) => 0.2 * Math.sin(at / 70) * Math.sin(at / 9000));
  const places = [RATE, 2.5 * RATE];
  const sound = clicks(4 * RATE, ...places).map((value, at) => value + (voice[at] ?? 0));
  await makeSound(inFolder('sound.wav'), sound);
  for (const playbackRate of [0.5, 0.75, 1.5]) {
    const frames = Math.ceil((4 / playbackRate) * 30);
    const found = findClicks(await heard([soundOf({ playbackRate, durationInFrames: frames })], frames));
    expectClicks(
      found,
      places.map((place) => Math.round(place / playbackRate)),
      240,
    );
  }
});

test('Music steps back under narration, as measured in each tenth of a second.', async () => {
  await makeSound(
    inFolder('voice.wav'),
    new Float32Array([...new Float32Array(48_000), ...tone(300, 1, 0.4), ...new Float32Array(48_000)]),
  );
  await makeSound(inFolder('music.wav'), tone(2000, 1, 0.8), true);
  const music = soundOf({
    src: 'music.wav',
    role: 'music',
    loopFrames: 30,
    volume: 0.5,
    ducking: { to: 0.25, attackMs: 200, releaseMs: 400 },
  });
  const sound = await heard([soundOf({ src: 'voice.wav', role: 'speech' }), music], 90);
  const levels = Array.from({ length: 30 }, (_, tenth) => amplitude(sound, 2000, tenth / 10, (tenth + 1) / 10));
  for (const tenth of [0, 1, 2, 3, 4, 5, 6, 7]) expect(levels[tenth]).toBeCloseTo(0.4, 2);
  for (let tenth = 10; tenth < 20; tenth++) expect(levels[tenth]).toBeCloseTo(0.1, 2);
  expect(levels[21]).toBeCloseTo(0.1 + 0.3 * 0.375, 1);
  for (let tenth = 24; tenth < 30; tenth++) expect(levels[tenth]).toBeCloseTo(0.4, 2);
});

test('Sounds that are too loud together are turned down, and a warning says by how much.', async () => {
  await makeSound(inFolder('sound.wav'), tone(440, 1, 0.8));
  expect((await mix([soundOf()], 30)).warnings).toEqual([]);
  const { file, warnings } = await mix([soundOf(), soundOf()], 30);
  expect(warnings).toEqual([expect.stringMatching(/turned down by up to 4\.1 dB/)]);
  const [left] = await sides(file);
  expect(amplitude(left, 440, 0.2, 0.8)).toBeCloseTo(1, 1);
});

test('A film without sounds, with a file that has none, or with one that is over, is silent to its end.', async () => {
  await makeClip(inFolder('mute.mp4'), { colours: [RED, RED] });
  await makePicture(inFolder('picture.png'), RED);
  await makeSound(inFolder('short.wav'), tone(440, 0.1));
  await makeSound(inFolder('empty.wav'), new Float32Array(0));
  const silent = ['mute.mp4', 'picture.png', 'empty.wav'].map((src) => soundOf({ src }));
  const over = soundOf({ src: 'short.wav', trimBefore: 30, loopFrames: 20, role: 'music' });
  for (const sounds of [[], silent, [over]]) {
    const sound = await heard(sounds, 30);
    expect(sound.length).toBeGreaterThanOrEqual(RATE);
    expect(level(sound, 0, 1)).toBe(0);
  }
});

test('A file that is no media is refused by name, and a missing one is called missing.', async () => {
  await writeFile(inFolder('text.mp3'), 'these are words, not sounds, however long one listens');
  await expect(mix([soundOf({ src: 'text.mp3' })], 30)).rejects.toMatchObject({
    code: 'render_rejected',
    message: expect.stringContaining('text.mp3: '),
  });
  await expect(mix([soundOf({ src: 'gone.mp3' })], 30)).rejects.toMatchObject({ code: 'asset_missing' });
});

test('A cancelled mix ends with the given reason.', async () => {
  await makeSound(inFolder('sound.wav'), tone(440, 1));
  const cancel = new AbortController();
  const onProgress = () => cancel.abort(new Error('no longer wanted'));
  await expect(mix([soundOf()], 100_000, { signal: cancel.signal, onProgress })).rejects.toThrow('no longer wanted');
});

test('A thousand sounds of one file, many at once, are mixed from one decoded copy.', async () => {
  await makeSound(inFolder('sound.wav'), clicks(4800, 0));
  const sounds = Array.from({ length: 1000 }, (_, index) =>
    soundOf({ from: index % 50, volume: 1 / 20, durationInFrames: 3 }),
  );
  expectClicks(
    findClicks(await heard(sounds, 60)),
    Array.from({ length: 50 }, (_, frame) => frame * 1600),
    2,
  );
});

describe('Joined with its picture,', () => {
  test.each([
    ['mp4', 30, 45],
    ['mov', 30, 45],
    ['mp4', 30_000 / 1001, 44],
  ] as const)(
    'in %s at %d fps, sound begins at 0 and ends with frame %d to the sample.',
    async (format, fps, frames) => {
      const picture = inFolder('picture.mp4');
      await makeClip(picture, { colours: Array.from({ length: frames }, () => RED), fps });
      await makeSound(inFolder('sound.wav'), clicks(96_000, 0, 40_000));
      const { file } = await mix([soundOf()], frames, { fps });
      const film = inFolder(`film.${format}`);
      await joinFilm(picture, file, film, { format, mark: folder, signal: new AbortController().signal });
      expectClicks(findClicks((await sides(film))[0]), [0, 40_000], 2);
      const { audio, video } = await probeMedia(film);
      const samples = Math.round((frames * RATE) / fps);
      expect(Math.round((audio?.durationSeconds ?? 0) * RATE)).toBe(samples);
      expect(video?.durationSeconds).toBeCloseTo(frames / fps, 4);
      const text = await readFile(film, 'latin1');
      expect(text.indexOf('moov')).toBeLessThan(text.indexOf('mdat'));
    },
  );

  test('in webm, every packet of sound keeps its time, so the priming stays before 0 and the end stays.', async () => {
    await makeClip(inFolder('clip.mp4'), { colours: Array.from({ length: 6 }, () => RED) });
    const picture = inFolder('picture.webm');
    await runFfmpeg(['-i', inFolder('clip.mp4'), '-c:v', 'libvpx', picture]);
    const { file } = await mix([], 6, { format: 'opus' });
    const film = inFolder('film.webm');
    await joinFilm(picture, file, film, { format: 'webm', mark: folder, signal: new AbortController().signal });
    const alone = await soundPackets(file);
    expect(alone[0]).toBe('-0.007000');
    expect(await soundPackets(film)).toEqual(alone);
    expect((await sides(film))[0]).toHaveLength(9600);
  });

  test('a film without a track is its picture alone, and the same files give the same film.', async () => {
    await makeClip(inFolder('picture.mp4'), { colours: [RED, RED] });
    const options = { format: 'mp4', mark: folder, signal: new AbortController().signal } as const;
    for (const name of ['a.mp4', 'b.mp4']) await joinFilm(inFolder('picture.mp4'), null, inFolder(name), options);
    expect((await probeMedia(inFolder('a.mp4'))).audio).toBeNull();
    expect((await readFile(inFolder('a.mp4'))).equals(await readFile(inFolder('b.mp4')))).toBe(true);
  });

  test('a picture that is none fails with what is wrong with it.', async () => {
    await writeFile(inFolder('picture.mp4'), 'no film');
    const joined = joinFilm(inFolder('picture.mp4'), null, inFolder('a.mp4'), {
      format: 'mp4',
      mark: folder,
      signal: new AbortController().signal,
    });
    await expect(joined).rejects.toMatchObject({
      code: 'render_failed',
      message: expect.stringContaining('picture.mp4'),
    });
  });

  test.skipIf(process.platform !== 'linux')('a film that finds no room on its disk says so.', async () => {
    await makeClip(inFolder('picture.mp4'), { colours: [RED, RED] });
    const joined = joinFilm(inFolder('picture.mp4'), null, '/dev/full', {
      format: 'mp4',
      mark: folder,
      signal: new AbortController().signal,
    });
    await expect(joined).rejects.toMatchObject({ code: 'disk_full', logged: expect.stringContaining('/dev/full') });
  });
});
