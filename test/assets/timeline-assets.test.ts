import { mkdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSubtitleFile } from '../../src/assets/subtitle-file.ts';
import { missingAssets, withAssetPaths, withRealAssets } from '../../src/assets/timeline-assets.ts';
import { timelineSchema } from '../../src/contracts/timeline.ts';
import { startApi, type ApiRig } from '../helpers/api-rig.ts';

let api: ApiRig;
const folder = () => ({ root: api.assetRoot, aliases: [] });
beforeAll(async () => {
  api = await startApi();
  await mkdir(path.join(api.assetRoot, 'captions'));
  await writeFile(path.join(api.assetRoot, 'captions/good.srt'), '1\n00:00:00,000 --> 00:00:01,000\nHi');
  await writeFile(path.join(api.assetRoot, 'captions/bad.srt'), 'Hi\n\nnonsense');
  await writeFile(
    path.join(api.assetRoot, 'captions/utf16.srt'),
    Buffer.from('\uFEFF00:00:01,000 --> 00:00:02,000\nHé', 'utf16le'),
  );
  await writeFile(path.join(api.assetRoot, 'captions/latin.srt'), Buffer.from([0x31, 0xe9, 0xff]));
});
afterAll(() => api.close());

const everywhere = (src: string) => ({
  durationInFrames: 9,
  clips: [{ type: 'image', src }, { color: 'red' }, { type: 'image', src, onError: 'skip' }],
  audioSrc: src,
  bgmSrc: { src },
  watermark: { src },
  subtitles: { src },
});

test('A missing file is reported wherever a timeline names one, except in clips that may be left out.', async () => {
  const paths = ['clips[0].src', 'audioSrc', 'bgmSrc.src', 'watermark.src', 'subtitles.src'];
  const told = await missingAssets(folder(), everywhere('gone.png'), []);
  expect(told.map((error) => error.path)).toEqual(paths);
  const normalised = await missingAssets(folder(), timelineSchema.parse(everywhere('gone.png')), []);
  expect(normalised.map((error) => error.path)).toEqual(paths.map((one) => one.replace('bgmSrc.src', 'bgmSrc')));
});

test('A picture that is too large to draw is refused by its size, whatever its name; a film is not.', async () => {
  const made = [
    ['huge.jpg', '\x89PNG\r\n\x1a\n', 2100],
    ['huge.png', '<svg xmlns="http://www.w3.org/2000/svg">', 600],
    ['huge.mp4', '\0\0\0\x18ftypisom\0\0\0\0', 3000],
  ] as const;
  for (const [name, head, mebibytes] of made) {
    await writeFile(path.join(api.assetRoot, name), Buffer.from(head, 'latin1'));
    await truncate(path.join(api.assetRoot, name), mebibytes * 2 ** 20);
  }
  const told = await missingAssets(folder(), { clips: made.map(([src]) => ({ src })) }, []);
  expect(told).toEqual([
    { path: 'clips[0].src', message: 'is too large: 2100 MiB, 512 MiB at most for PNG (huge.jpg)' },
    { path: 'clips[1].src', message: 'is too large: 600 MiB, 32 MiB at most for SVG (huge.png)' },
  ]);
});

test('Paths out of the asset folder and network addresses are refused, even in clips that may be left out.', async () => {
  for (const src of ['../a.png', 'https://example.org/a.png']) {
    const told = await missingAssets(folder(), { clips: [{ src, onError: 'skip' }] }, []);
    expect(told).toEqual([{ path: 'clips[0].src', message: expect.stringContaining('expected a path') as string }]);
  }
});

test('Every path becomes one relative to the asset folder.', async () => {
  const absolute = path.join(api.assetRoot, 'picture.png');
  const timeline = await withAssetPaths(folder(), timelineSchema.parse(everywhere(absolute)));
  expect(timeline).toMatchObject({
    clips: [{ src: 'picture.png' }, { color: 'red' }, { src: 'picture.png' }],
    audioSrc: 'picture.png',
    bgmSrc: 'picture.png',
    watermark: { src: 'picture.png' },
    subtitleSource: { src: 'picture.png' },
  });
  const skipped = timelineSchema.parse({ durationInFrames: 9, clips: [{ src: 'gone.png', onError: 'skip' }] });
  expect((await withRealAssets(folder(), skipped)).clips).toMatchObject([{ src: 'gone.png' }]);
});

test('A subtitle file is read by its path; one that is neither UTF-8 nor UTF-16 is refused.', async () => {
  const source = (src: string) => readSubtitleFile(folder(), { subtitleSource: { src } });
  expect([...(await source('captions/good.srt')).keys()]).toEqual(['captions/good.srt']);
  expect(await readSubtitleFile(folder(), {})).toEqual(new Map());
  expect([...(await source('captions/utf16.srt')).values()]).toEqual(['00:00:01,000 --> 00:00:02,000\nHé']);
  await expect(source('captions/latin.srt')).rejects.toThrow('expected SRT or VTT in UTF-8');
});

const submit = async (payload: object) => {
  const response = await api.submit({ task_type: 'remotion_render', payload });
  const { errors } = (await response.json()) as { errors?: { path: string; message: string }[] };
  return errors?.map(({ path: field, message }) => `${field}: ${message}`) ?? response.status;
};

test('A subtitle file is checked when a film is submitted, and refused when it holds no subtitle.', async () => {
  expect(await submit({ timeline: { subtitles: { src: 'captions/good.srt' } } })).toBe(200);
  expect(await submit({ timeline: { subtitles: { src: 'captions/bad.srt' } } })).toEqual([
    expect.stringMatching(/^payload\.timeline\.subtitles\.src: line 1: expected a time/) as string,
  ]);
});

test('The name of the film ends as its format does, and both are named when they disagree.', async () => {
  const timeline = { durationInFrames: 9 };
  expect(await submit({ timeline, output_path: 'a/film.webm', output: { format: 'webm' } })).toBe(200);
  expect(await submit({ timeline, output_path: 'a/film.webm' })).toEqual([
    'payload.output_path: expected a file name that ends in .mp4, because output.format is mp4; this name ends in .webm',
  ]);
});

test('The output may stand beside the timeline or in it, not in both places.', async () => {
  const timeline = { durationInFrames: 9, output: { crf: 20 } };
  expect(await submit({ timeline })).toBe(200);
  expect(await submit({ timeline, output: { crf: 20 } })).toEqual([
    'payload.output: output and timeline.output are both given; give one of them',
  ]);
  expect(await submit({ timeline: { durationInFrames: 9 }, output: { crf: 99 } })).toEqual([
    'payload.output.crf: expected 1 to 51, because the codec is h264',
  ]);
});
