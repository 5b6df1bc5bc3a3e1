import { copyFile, mkdir, readdir, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { runFfmpeg } from '../../../../src/assets/ffmpeg.ts';
import { probeMedia } from '../../../../src/assets/probe.ts';
import { wavHeader } from '../../../../src/assets/wav.ts';
import {
  preflight,
  type PreflightOptions,
  type PreflightProgress,
} from '../../../../src/drivers/remotion/preflight/preflight.ts';
import { decodeSource } from '../../../../src/drivers/remotion/sound/decode-sources.ts';
import { readPart, type DecodedSource } from '../../../../src/drivers/remotion/sound/decoded-source.ts';
import type { AppError } from '../../../../src/errors.ts';
import { type MediaUse, mediaKey } from '../../../../src/film/media.ts';
import { createLineLogger } from '../../../../src/logging.ts';
import { encodeSilentFlac } from '../../../../src/simulators/comfyui/media/flac.ts';
import {
  amplitude,
  decodeFrames,
  decodeSound,
  GREEN,
  makeClip,
  makePicture,
  makeSound,
  RED,
  tone,
} from '../../../helpers/media.ts';
import { matroskaOf } from '../../../helpers/matroska.ts';
import { makeOddClip, numberOf, ODD_FRAMES, turned, type OddFile } from '../../../helpers/odd-media.ts';
import { scratchFolder } from '../../../helpers/scratch.ts';

const logger = createLineLogger('preflight', () => undefined);
const use = (src: string, as: MediaUse['as'], more: Partial<MediaUse> = {}): MediaUse => ({
  field: 'clips[0].src',
  src,
  as,
  skippable: false,
  ...more,
});

async function rig() {
  const root = await scratchFolder();
  const cacheFolder = path.join(root, 'work', '.media');
  const options: PreflightOptions = {
    assetRoot: root,
    cacheFolder,
    mark: path.join(root, 'pool', 'ffmpeg'),
    signal: new AbortController().signal,
    logger,
  };
  return {
    root,
    cacheFolder,
    run: (uses: readonly MediaUse[], more: Partial<PreflightOptions> = {}) => preflight(uses, { ...options, ...more }),
    async facts(src: string, as: MediaUse['as']) {
      const { media } = await preflight([use(src, as)], options);
      const facts = media.get(mediaKey({ src, as }));
      if (facts === undefined) throw new Error(`${src} was left out`);
      return facts;
    },
  };
}

const failure = (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => expect.unreachable('it was accepted'),
    (error: unknown) => error as AppError,
  );

test.each(['plain.mp4', 'full.mp4', 'alpha.webm', 'vp9.webm', 'halting.mp4'] as const)(
  '%s, which the browser shows as it should, is used as it is',
  async (name) => {
    const { root, facts } = await rig();
    await makeOddClip(root, name);
    const found = await facts(name, 'video');
    expect(found).toMatchObject({ src: name, width: 64, height: 48, transparent: name === 'alpha.webm' });
    expect(found.durationSeconds).toBeCloseTo(name === 'halting.mp4' ? 17 / 30 : 0.4, 2);
  },
);

const CONVERTED: readonly OddFile[] = ['hevc.mp4', 'prores.mov', 'mjpeg.avi', 'order.avi', 'stream.ts', 'untagged.mp4'];

test.each(CONVERTED)(
  '%s is converted to what the browser shows: every frame at its time, in its colours',
  async (name) => {
    const { root, facts } = await rig();
    await makeOddClip(root, name);
    const found = await facts(name, 'video');
    expect(found).toMatchObject({ width: 64, height: 48, durationSeconds: 0.4, transparent: false });
    const { video, startSeconds } = await probeMedia(path.join(root, found.src));
    expect(video).toMatchObject({ codec: 'h264', pixelFormat: 'yuv420p' });
    expect(video?.colorSpace).toBe(name === 'untagged.mp4' ? 'smpte170m' : 'bt709');
    expect(startSeconds).toBe(0);
    const film = await decodeFrames(path.join(root, found.src), 64, 48);
    expect(film.frames.map((_, frame) => numberOf((x, y) => film.pixel(frame, x, y)))).toEqual(
      Array.from({ length: ODD_FRAMES }, (_, index) => index),
    );
    const [r, g, b] = film.pixel(3, 56, 40);
    expect(Math.max(Math.abs(r - 30), Math.abs(g - 60), Math.abs(b - 210))).toBeLessThan(20);
  },
);

test('Light of HDR is mapped to that of ordinary screens', async () => {
  const { root, facts } = await rig();
  await makeOddClip(root, 'hdr.mp4');
  const { src } = await facts('hdr.mp4', 'video');
  const film = await decodeFrames(path.join(root, src), 64, 48);
  const [r, g, b] = film.pixel(3, 56, 40);
  expect(Math.max(Math.abs(r - 30), Math.abs(g - 60), Math.abs(b - 210))).toBeLessThan(30);
});

test.each(['colour_primaries=2:matrix_coefficients=2', 'colour_primaries=2', 'matrix_coefficients=2'])(
  'HDR with a transfer curve but without all colours (%s) is taken for BT.2020, with a warning',
  async (untold) => {
    const { root, run } = await rig();
    await makeOddClip(root, 'hdr.mp4');
    const [stream, file] = [path.join(root, 'hdr.ts'), path.join(root, 'untold.mp4')];
    // In two steps, since a container tells colours, too.
    const strip = ['-c', 'copy', '-bsf:v', `hevc_metadata=${untold}`, '-f', 'mpegts'];
    await runFfmpeg(['-i', `file:${path.join(root, 'hdr.mp4')}`, ...strip, `file:${stream}`]);
    await runFfmpeg(['-i', `file:${stream}`, '-c', 'copy', `file:${file}`]);
    const { media, warnings } = await run([use('untold.mp4', 'video')]);
    expect(warnings).toEqual(['clips[0].src: untold.mp4: it is HDR without named colours, so BT.2020 is assumed']);
    const film = await decodeFrames(path.join(root, [...media.values()][0]?.src ?? ''), 64, 48);
    const [r, g, b] = film.pixel(3, 56, 40);
    expect(Math.max(Math.abs(r - 30), Math.abs(g - 60), Math.abs(b - 210))).toBeLessThan(30);
  },
);

test.each(['prores4444.mov', 'png.mov'] as const)('%s keeps its transparency when it is converted', async (name) => {
  const { root, facts } = await rig();
  await makeOddClip(root, name, true);
  const found = await facts(name, 'video');
  expect(found).toMatchObject({ width: 64, height: 48, transparent: true, hasAudio: true });
  expect(found.src).toMatch(/^work\/\.media\/\w+\.webm$/);
  expect((await probeMedia(path.join(root, found.src))).video).toMatchObject({ codec: 'vp9', transparent: true });
});

test('The sound of a converted film is kept as it is and in step', async () => {
  const { root, facts } = await rig();
  await makeOddClip(root, 'hevc.mp4', true);
  const { src, hasAudio } = await facts('hevc.mp4', 'video');
  expect(hasAudio).toBe(true);
  const [before, after] = await Promise.all([
    decodeSound(path.join(root, 'hevc.mp4')),
    decodeSound(path.join(root, src)),
  ]);
  expect(after.length).toBe(before.length);
  expect(amplitude(after, 440, 0.1, 0.3)).toBeCloseTo(amplitude(before, 440, 0.1, 0.3), 3);
});

test('A turned film has the size that it is shown in, converted or not', async () => {
  const { root, facts } = await rig();
  for (const name of ['plain.mp4', 'hevc.mp4'] as const) {
    const file = await turned(await makeOddClip(root, name), 90);
    expect(await facts(path.basename(file), 'video')).toMatchObject({ width: 48, height: 64 });
  }
});

test('A file is converted once, and under another name not again; one that is changed is converted anew', async () => {
  const { root, cacheFolder, facts } = await rig();
  await makeOddClip(root, 'hevc.mp4');
  const first = await facts('hevc.mp4', 'video');
  await copyFile(path.join(root, 'hevc.mp4'), path.join(root, 'copy.mp4'));
  expect(await facts('copy.mp4', 'video')).toEqual(first);
  expect(await facts('hevc.mp4', 'video')).toEqual(first);
  expect((await readdir(cacheFolder)).filter((name) => name.endsWith('.mp4'))).toHaveLength(1);
  await copyFile(await makeOddClip(root, 'prores.mov'), path.join(root, 'hevc.mp4'));
  const second = await facts('hevc.mp4', 'video');
  expect(second.content).not.toBe(first.content);
  expect(second.src).not.toBe(first.src);
});

test('What a file is goes by its content: a sound named as a picture is refused as one', async () => {
  const { root, run } = await rig();
  await makeSound(path.join(root, 'sound.png'), tone(440, 0.2));
  await makePicture(path.join(root, 'picture.mp4'), RED);
  const error = await failure(run([use('sound.png', 'image'), use('picture.mp4', 'video', { field: 'clips[1].src' })]));
  expect(error.code).toBe('render_rejected');
  expect(error.message).toContain('clips[0].src: sound.png is a sound, not a picture; use it in a clip of type audio');
  expect(error.message).toContain('clips[1].src: picture.mp4 is a picture; use it in a clip of type image');
});

test('A picture may have any name; an SVG without a namespace is refused, since no browser draws it', async () => {
  const { root, run, facts } = await rig();
  await makePicture(path.join(root, 'picture.svg'), RED, 8, 6);
  await writeFile(
    path.join(root, 'drawing.png'),
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="7"></svg>',
  );
  await writeFile(path.join(root, 'bare.svg'), '<svg width="9" height="7"></svg>');
  expect(await facts('picture.svg', 'image')).toMatchObject({ width: 8, height: 6 });
  expect(await facts('drawing.png', 'image')).toMatchObject({ width: 9, height: 7 });
  const error = await failure(run([use('bare.svg', 'image')]));
  expect(error.message).toContain('bare.svg lacks xmlns="http://www.w3.org/2000/svg" in its <svg>');
});

test('All bad files are named at once, each with every field that uses it', async () => {
  const { root, run } = await rig();
  await writeFile(path.join(root, 'text.mp4'), 'no film');
  await makeSound(path.join(root, 'good.wav'), tone(440, 0.2));
  const error = await failure(
    run([
      use('gone.png', 'image'),
      use('text.mp4', 'video', { field: 'clips[1].src' }),
      use('text.mp4', 'video', { field: 'clips[2].src' }),
      use('good.wav', 'video', { field: 'clips[3].src' }),
      use('good.wav', 'audio', { field: 'audioSrc' }),
    ]),
  );
  expect(error.code).toBe('render_rejected');
  expect(error.fields.toSorted((a, b) => a.path.localeCompare(b.path))).toEqual([
    { path: 'clips[0].src', message: 'gone.png is missing' },
    { path: 'clips[1].src', message: 'text.mp4 is text, not a picture, film or sound' },
    { path: 'clips[2].src', message: 'text.mp4 is text, not a picture, film or sound' },
    { path: 'clips[3].src', message: 'good.wav has no picture, only sound; use it in a clip of type audio' },
  ]);
});

test('When files are only missing, the error says so', async () => {
  const { run } = await rig();
  expect((await failure(run([use('gone.png', 'image')]))).code).toBe('asset_missing');
});

test('Films and pictures that were cut off are refused', async () => {
  const { root, run } = await rig();
  const film = path.join(root, 'film.mkv');
  await makeClip(film, { colours: Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? RED : GREEN)) });
  await truncate(film, (await stat(film)).size * 0.6);
  await makePicture(path.join(root, 'picture.png'), RED);
  await truncate(path.join(root, 'picture.png'), 100);
  const error = await failure(run([use('film.mkv', 'video'), use('picture.png', 'image', { field: 'watermark.src' })]));
  expect(error.message).toMatch(/film\.mkv is cut off: it contains [01]\.\d s of 2\.0 s/);
  expect(error.message).toContain('watermark.src: picture.png is cut off: its end is missing');
});

test('Forty pictures of two gigabytes are named as too large, at once and for good', async () => {
  const { root, run } = await rig();
  const names = Array.from({ length: 40 }, (_, at) => `${at}.png`);
  for (const name of names) {
    await makePicture(path.join(root, name), RED);
    await truncate(path.join(root, name), 2 * 2 ** 30 + 1);
  }
  await writeFile(path.join(root, 'a.svg'), '<svg xmlns="http://www.w3.org/2000/svg">');
  await truncate(path.join(root, 'a.svg'), 600 * 2 ** 20);
  const uses = ['a.svg', ...names].map((src, at) => use(src, 'image', { field: `clips[${at}].src` }));
  const error = await failure(run(uses));
  expect(error).toMatchObject({ code: 'render_rejected', entry: { class: 'permanent' } });
  expect(error.fields).toHaveLength(41);
  expect(error.message).toContain('clips[0].src: a.svg is too large: 600 MiB, 32 MiB at most for SVG');
  expect(error.message).toContain('clips[1].src: 0.png is too large: 2049 MiB, 512 MiB at most for PNG');
});

/** Twelve JPEGs. */
async function jpegs(root: string): Promise<Buffer[]> {
  const clip = await makeOddClip(root, 'plain.mp4');
  const all = await runFfmpeg(['-i', `file:${clip}`, ...'-c:v mjpeg -f image2pipe -'.split(' ')]);
  const starts: number[] = [];
  for (let at = 0; at !== -1; at = all.indexOf(Buffer.from('ffd8ff', 'hex'), at + 3)) starts.push(at);
  return starts.map((start, index) => all.subarray(start, starts[index + 1]));
}

const SUBTITLES = [
  { at: 0, lasts: 1, text: 'Hello' },
  { at: 1, lasts: 8, text: 'and good night' },
];

test.each([
  ['the length of the whole', { whole: 9 }],
  ['the length of the picture, too', { whole: 9, picture: 1.2 }],
])('A film whose subtitles outlast its picture is whole, when it tells %s', async (_, told) => {
  const { root, facts } = await rig();
  await writeFile(path.join(root, 'film.mkv'), matroskaOf(await jpegs(root), SUBTITLES, told));
  expect((await facts('film.mkv', 'video')).durationSeconds).toBeCloseTo(1.2, 2);
});

test.each([
  ['whose picture is told to be longer', { whole: 9, picture: 4 }, 'it contains 1.2 s of 4.0 s'],
  ['whose subtitles end too early, too', { whole: 20 }, 'it contains 1.2 s of 20.0 s'],
])('A film %s is cut off', async (_, told, problem) => {
  const { root, run } = await rig();
  await writeFile(path.join(root, 'film.mkv'), matroskaOf(await jpegs(root), SUBTITLES, told));
  const error = await failure(run([use('film.mkv', 'video')]));
  expect(error.message).toContain(problem);
});

test('FLAC and AAC behind an ID3 tag, and bare frames, are sounds', async () => {
  const { root, facts } = await rig();
  const tag = Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\x08\0', 'latin1'), Buffer.alloc(1024)]);
  await makeSound(path.join(root, 'sound.wav'), tone(440, 1));
  const encoded = (args: string) => runFfmpeg(['-i', `file:${path.join(root, 'sound.wav')}`, ...args.split(' '), '-']);
  const [aac, mp3] = await Promise.all([
    encoded('-c:a aac -f adts'),
    encoded('-c:a libmp3lame -write_xing 0 -id3v2_version 0 -f mp3'),
  ]);
  const files = {
    'tagged.flac': Buffer.concat([tag, encodeSilentFlac(48_000, 48_000, 1)]),
    'tagged.mp3': Buffer.concat([tag, aac]),
    'bare.mp3': mp3,
    'bare.flac': aac,
  };
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(path.join(root, name), bytes);
    const found = await facts(name, 'audio');
    expect(found).toMatchObject({ hasAudio: true });
    expect(found.durationSeconds).toBeCloseTo(1, 0);
  }
});

test('Bad files of skippable clips are left out with a warning', async () => {
  const { root, run } = await rig();
  await makePicture(path.join(root, 'good.png'), RED);
  await writeFile(path.join(root, 'bad.png'), 'no picture');
  const { media, warnings } = await run([
    use('good.png', 'image'),
    use('bad.png', 'image', { field: 'clips[1].src', skippable: true }),
    use('gone.mp4', 'video', { field: 'clips[2].src', skippable: true }),
  ]);
  expect([...media.keys()]).toEqual(['image:good.png']);
  expect(warnings.toSorted()).toEqual([
    'clips[1].src: bad.png is text, not a picture, film or sound; the clip was left out',
    'clips[2].src: gone.mp4 is missing; the clip was left out',
  ]);
});

test('A film that names other files, and a link that leads out of the asset folder, open nothing', async () => {
  const { root, run } = await rig();
  const outside = await scratchFolder();
  await makeOddClip(outside, 'plain.mp4');
  await makeOddClip(root, 'plain.mp4');
  await writeFile(path.join(root, 'list.mp4'), 'ffconcat version 1.0\nfile plain.mp4\n');
  await writeFile(path.join(root, 'list.ts'), '#EXTM3U\n#EXTINF:1,\nplain.mp4\n');
  await symlink(path.join(outside, 'plain.mp4'), path.join(root, 'link.mp4'));
  const uses = ['list.mp4', 'list.ts', 'link.mp4'].map((src, at) => use(src, 'video', { field: `clips[${at}].src` }));
  const error = await failure(run(uses));
  expect(error.message).toContain('list.mp4 is a list of other files, which cannot be used');
  expect(error.message).toContain('list.ts is a list of other files, which cannot be used');
  expect(error.message).toContain('link.mp4 cannot be used: this is a symbolic link to a place outside ASSET_PATH');
  await expect(probeMedia(path.join(root, 'list.mp4'))).rejects.toThrow('it is not a known kind of film or sound');
});

test('A link within the asset folder is followed to the file that the browser can be served', async () => {
  const { root, facts } = await rig();
  await mkdir(path.join(root, 'real'));
  await makePicture(path.join(root, 'real', 'a %20 100%d.png'), RED, 10, 20);
  await symlink('real/a %20 100%d.png', path.join(root, 'link.png'));
  expect(await facts('link.png', 'image')).toMatchObject({ src: 'real/a %20 100%d.png', width: 10, height: 20 });
});

test('An abort kills the conversion at once and leaves nothing of it', async () => {
  const { root, cacheFolder, run } = await rig();
  await makeOddClip(root, 'hevc.mp4');
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const onProgress = vi.fn<(progress: PreflightProgress) => void>(() => controller.abort(reason));
  await expect(run([use('hevc.mp4', 'video')], { signal: controller.signal, onProgress })).rejects.toBe(reason);
  expect(onProgress).toHaveBeenCalled();
  expect((await readdir(cacheFolder)).filter((name) => name !== 'inspected.json')).toEqual([]);
});

test('Progress grows from 0 to 1 over all that is converted, whatever can be used as it is', async () => {
  const { root, run } = await rig();
  for (const name of ['hevc.mp4', 'prores.mov', 'plain.mp4'] as const) await makeOddClip(root, name);
  const shares: number[] = [];
  await run(
    ['hevc.mp4', 'prores.mov', 'plain.mp4'].map((src) => use(src, 'video')),
    { onProgress: ({ share }) => shares.push(share) },
  );
  expect(shares[0]).toBe(0);
  expect(shares.at(-1)).toBe(1);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
});

/** A WAV file of a tenth of a second whose header names no places of its channels. */
function wavOf(channels: number): Buffer {
  const data = Buffer.alloc(channels * 2 * 4800);
  for (let frame = 0; frame < 4800; frame++) data.writeInt16LE(9000, frame * channels * 2);
  const header = wavHeader(data.length, 48_000);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(48_000 * channels * 2, 28);
  header.writeUInt16LE(channels * 2, 32);
  return Buffer.concat([header, data]);
}

test.each([3, 6, 8, 9, 12, 33, 64])('Sound of %i channels is heard', async (channels) => {
  const { root, run } = await rig();
  await writeFile(path.join(root, 'many.wav'), wavOf(channels));
  const { warnings } = await run([use('many.wav', 'audio')]);
  const isTold = channels === 9 || channels > 24;
  expect(warnings).toEqual(
    isTold ? [expect.stringMatching(/clips\[0\]\.src: many\.wav.*only the first two are used/)] : [],
  );
  const sound = { src: 'many.wav', playbackRate: 1, from: 0, to: 4800, repeats: false };
  const file = path.join(root, 'decoded.wav');
  const decoded = await decodeSource(sound, {
    assetRoot: root,
    file,
    mark: root,
    signal: new AbortController().signal,
  });
  expect(decoded).toMatchObject({ from: 0, to: 4800, channels: 2 });
  const [left] = await readPart(decoded as DecodedSource, 2400, 1);
  expect(left?.[0]).toBeGreaterThan(0.01);
});

test('Sound of more channels than can be mixed is refused with its field', async () => {
  const { root, run } = await rig();
  await writeFile(path.join(root, 'many.wav'), wavOf(255));
  const { code, fields } = await failure(run([use('many.wav', 'audio')]));
  expect(code).toBe('render_rejected');
  expect(fields).toEqual([
    { path: 'clips[0].src', message: expect.stringContaining('has 255 channels of sound, 64 at most') as string },
  ]);
});
