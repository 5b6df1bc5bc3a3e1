import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPipelineApi, type PipelineApi } from '../helpers/pipeline-api.ts';

let rig: PipelineApi;
beforeAll(async () => {
  rig = await startPipelineApi(['a.png']);
  const { assetRoot } = rig;
  await mkdir(path.join(assetRoot, 'films'));
  await symlink(path.join(assetRoot, 'films'), path.join(assetRoot, 'linked'));
});
afterAll(() => rig.close());

const errorsOf = async (steps: object[]): Promise<string[]> => {
  const { status, answer } = await rig.submit({ steps });
  if (status === 200) return [];
  const { errors = [] } = answer as { errors?: { path: string; message: string }[] };
  return errors.map(({ path: at, message }) => `${at}: ${message}`);
};
const film = (id: string, output_path: unknown, more: object = {}) => ({
  id,
  task_type: 'remotion_render',
  payload: { timeline: { durationInFrames: 30 }, output_path },
  ...more,
});
const speech = (id: string, output_path: unknown, more: object = {}) => ({
  id,
  task_type: 'cosyvoice',
  payload: { text: 'One. Two. Three.', voice_id: 'luna', output_path },
  ...more,
});
const PUT = 'put ${$index} or a part of $item into the name';

test('Items of for_each that write one file are refused at submit', async () => {
  for (const make of [film, speech]) {
    const name = make === film ? 'x/part.mp4' : 'x/part.wav';
    expect(await errorsOf([make('part', name, { for_each: [1, 2, 3] })])).toEqual([
      `steps[0].payload.output_path: all items of for_each would write ${name}; ${PUT}`,
    ]);
  }
});

test('Items of a list that only the run will know are refused in the same way', async () => {
  const voice = speech('voice', undefined);
  const texts = { $from: 'picture.files' };
  const picture = {
    id: 'picture',
    task_type: 'comfyui',
    payload: { template: 'flux_dev', params: { POSITIVE_PROMPT: 'a fox' } },
  };
  expect(await errorsOf([voice, picture, film('part', 'x/part.mp4', { for_each: texts })])).toEqual([
    `steps[2].payload.output_path: all items of for_each would write x/part.mp4; ${PUT}`,
  ]);
  expect(await errorsOf([voice, picture, film('part', 'x/part-${$index}.mp4', { for_each: texts })])).toEqual([]);
});

test('Items with names of their own are taken, and those of which only some collide are not', async () => {
  const each = (items: unknown[], name: string) => [film('part', name, { for_each: items })];
  expect(await errorsOf(each([1, 2, 3], 'x/part-${$index}.mp4'))).toEqual([]);
  expect(await errorsOf(each(['a', 'b'], 'x/${$item}.mp4'))).toEqual([]);
  expect(await errorsOf(each(['a', 'b', 'a'], 'x/${$item}.mp4'))).toHaveLength(1);
  expect(await errorsOf(each([1], 'x/part.mp4'))).toEqual([]);
  expect(await errorsOf([film('part', undefined, { for_each: [1, 2, 3] })])).toEqual([]);
});

test.each(['films/a.mp4', './films/a.mp4', 'films/../films//a.mp4', '/assets/films/a.mp4', 'films/a', 'linked/a.mp4'])(
  'Two steps do not write one file, however the second one calls it: %s',
  async (name) => {
    expect(await errorsOf([film('one', 'films/a.mp4'), film('two', name)])).toEqual([
      expect.stringMatching(/^steps\[1\].payload.output_path: step one writes .* too; choose another name$/),
    ]);
  },
);

test('Files that a step writes beside its own are counted', async () => {
  expect(await errorsOf([speech('one', 'x/a.wav'), speech('two', 'x/a.mp3')])).toEqual([
    'steps[1].payload.output_path: step one writes its subtitles x/a.srt too; choose another name',
  ]);
  const poster = { timeline: { durationInFrames: 30, output: { poster: 0 } } };
  const film2 = (id: string, output_path: string, format: string) => ({
    id,
    task_type: 'remotion_render',
    payload: { timeline: { ...poster.timeline, output: { poster: 0, format } }, output_path },
  });
  expect(await errorsOf([film2('one', 'x/a.mp4', 'mp4'), film2('two', 'x/a.webm', 'webm')])).toEqual([
    'steps[1].payload.output_path: step one writes its poster x/a.poster.jpg too; choose another name',
  ]);
});

test('Steps that may replace files of others may not write one file either', async () => {
  const may = (step: { payload: object }) => ({ ...step, payload: { ...step.payload, overwrite: true } });
  expect(await errorsOf([may(film('one', 'a.mp4')), may(film('two', 'a.mp4'))])).toHaveLength(1);
});

test.each([
  ['films/A.mp4', 'films/a.mp4'],
  ['Films/a.mp4', 'films/a.mp4'],
  ['films/a.MP4', 'films/a.mp4'],
  ['films/caf\u00E9.mp4', 'films/cafe\u0301.mp4'],
])('Names that some file systems consider equal count as one name: %s and %s', async (one, two) => {
  expect(await errorsOf([film('one', one), film('two', two)])).toEqual([
    `steps[1].payload.output_path: step one writes ${one}, which is the same name on some file systems; choose another name`,
  ]);
});

test('Of several fields the one that decides the name must tell items apart', async () => {
  const both = (output_path: string, output_filename: string) => ({
    ...film('part', output_path, { for_each: [1, 2, 3] }),
    payload: { timeline: { durationInFrames: 30 }, output_path, output_filename },
  });
  expect(await errorsOf([both('x/part.mp4', 'part-${$index}.mp4')])).toHaveLength(1);
  expect(await errorsOf([both('x/part-${$index}.mp4', 'part.mp4')])).toEqual([]);
  expect(await errorsOf([both('', 'part.mp4')])).toHaveLength(1);
});

test('A file that one step replaces is read by another only where one of them waits for the other', async () => {
  await writeFile(path.join(rig.assetRoot, 'films', 'intro.mp4'), 'x');
  const intro = (more: object = {}) => ({
    ...film('intro', 'films/intro.mp4', more),
    payload: { timeline: { durationInFrames: 30 }, output_path: './films//Intro.mp4', overwrite: true },
  });
  const whole = (more: object = {}) => ({
    ...film('whole', 'films/whole.mp4', more),
    payload: {
      timeline: { clips: [{ src: 'films/intro.mp4', durationInFrames: 30 }] },
      output_path: 'films/whole.mp4',
    },
  });
  const between = film('between', 'films/between.mp4', { depends_on: ['intro'] });
  for (const steps of [
    [intro(), whole()],
    [whole(), intro()],
  ])
    expect(await errorsOf(steps)).toEqual([
      expect.stringContaining(
        'step whole reads films/Intro.mp4, but it is undefined whether it does so before or after the file is replaced; choose another name',
      ),
    ]);
  expect(await errorsOf([intro(), whole({ depends_on: ['intro'] })])).toEqual([]);
  expect(await errorsOf([intro({ depends_on: ['whole'] }), whole()])).toEqual([]);
  expect(await errorsOf([intro(), between, whole({ depends_on: ['between'] })])).toEqual([]);
});
