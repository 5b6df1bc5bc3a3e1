import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { checkPayloads } from '../../src/api/handlers/check-payloads.ts';
import { pipelineSchema } from '../../src/contracts/pipeline.ts';
import { checkSteps } from '../../src/pipelines/check-steps.ts';
import { createPreviewVoice } from '../../src/pipelines/preview-voice.ts';
import { previewSteps } from '../../src/pipelines/preview-steps.ts';
import { timelineArbitrary } from '../helpers/timeline-arbitrary.ts';
import { preparesIn } from '../helpers/pipeline-api.ts';
import { makeAssetFolder } from '../helpers/asset-folder.ts';

const FILES = { images: ['a.png'], videos: ['b.mp4'], gifs: ['c.gif'], audios: ['d.wav'] };

let assets: Awaited<ReturnType<typeof makeAssetFolder>>;
beforeAll(async () => {
  assets = await makeAssetFolder();
  for (const file of Object.values(FILES).flat()) await writeFile(path.join(assets.root, file), 'x');
});
afterAll(() => assets.remove());

/** What is told at submit of a film that comes after a picture of which nothing is known. */
async function errorsOf(timeline: unknown) {
  const { steps } = pipelineSchema.parse({
    steps: [
      { id: 'picture', task_type: 'comfyui', payload: {} },
      { id: 'film', task_type: 'remotion_render', payload: { timeline } },
    ],
  });
  const checked = checkSteps(steps, null);
  const { tasks, errors } = await previewSteps(checked.steps, null, 200);
  const films = tasks.filter((task) => task.checked.id === 'film');
  return [...checked.errors, ...errors, ...(await checkPayloads(preparesIn(assets.root), 'pipeline', films)).errors];
}

/** Some of the plain values in a value are references instead. */
function withReferences(value: unknown, isOne: () => boolean): unknown {
  if (Array.isArray(value)) return value.map((part) => withReferences(part, isOne));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withReferences(part, isOne)]));
  return isOne() ? { $from: 'picture.seed' } : value;
}

test('A valid film is never refused because some of its values come from other steps', async () => {
  await fc.assert(
    fc.asyncProperty(timelineArbitrary(FILES), fc.infiniteStream(fc.boolean()), async (timeline, flips) => {
      const isOne = (): boolean => flips.next().value ?? false;
      expect(await errorsOf(withReferences(timeline, isOne))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('A list that $each makes is checked as if it were written out', async () => {
  await fc.assert(
    fc.asyncProperty(timelineArbitrary(FILES), fc.boolean(), async (timeline, isWrong) => {
      const clips = isWrong ? [{ color: 'no colour' }] : timeline['clips'];
      const errors = await errorsOf({ ...timeline, clips: { $for: clips, $each: { $from: '$item' } } });
      expect(errors.map((error) => error.path)).toEqual(isWrong ? ['steps[1].payload.timeline.clips.$each'] : []);
    }),
    { numRuns: 100 },
  );
});

const each = (list: unknown[], clip: object) => ({ durationInFrames: 30, clips: { $for: list, $each: clip } });

test('An error in a list that $each makes is reported with its path in the request and its items', async () => {
  const clip = { src: { $from: '$item.src' }, startMs: { $from: 'picture.seed' }, motion: 'zoom-in' };
  const items = [{ src: 'missing.png' }, { src: 'a.png' }, { src: '../secret.png' }];
  expect(await errorsOf(each(items, clip))).toEqual([
    {
      path: 'steps[1].payload.timeline.clips.$each.src',
      message: expect.stringMatching(/missing\.png.*\(for item 0\)$/) as string,
    },
    {
      path: 'steps[1].payload.timeline.clips.$each.src',
      message: expect.stringMatching(/\(for item 2\)$/) as string,
    },
  ]);
  expect(await errorsOf(each(items.slice(1, 2), { ...clip, motion: 'zoom-inn' }))).toMatchObject([
    { path: 'steps[1].payload.timeline.clips.$each.motion.type' },
  ]);
});

test('An error at every item is reported once, with the first of these items', async () => {
  const items = Array.from({ length: 12 }, () => ({}));
  const errors = await errorsOf(each(items, { src: 'a.png', fit: 'covr' }));
  expect(errors).toHaveLength(1);
  expect(errors[0]?.message).toMatch(/\(for items 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …\)$/);
});

test('Lists of lists in a small request are refused before they have grown large', async () => {
  const list = Array.from({ length: 2000 }, () => 1);
  const nested = { $for: list, $each: { $for: list, $each: { $for: list, $each: { color: 'red' } } } };
  await expect(errorsOf({ durationInFrames: 30, clips: nested })).rejects.toMatchObject({
    code: 'too_complex',
    fields: [{ path: expect.stringMatching(/^steps\[1\]\.payload\.timeline\.clips/) as string }],
  });
});

const NUMBERS = (length: number): number[] => Array.from({ length }, (_, index) => index);

test.each([
  ['lists of lists at every item', { $for: NUMBERS(100), $each: { $for: NUMBERS(100), $each: '$item' } }],
  ['a long text at every item', 'x'.repeat(300_000)],
  ['a long text many times in every item', { $for: NUMBERS(50), $each: `\${$item} ${'x'.repeat(5000)}` }],
])('Two hundred items with %s are counted together', async (_name, clips) => {
  const step = { id: 'film', task_type: 'remotion_render', for_each: NUMBERS(200), payload: { timeline: { clips } } };
  const { steps } = pipelineSchema.parse({ steps: [step] });
  await expect(previewSteps(checkSteps(steps, null).steps, null, 200)).rejects.toMatchObject({ code: 'too_complex' });
});

test('A script is split once, however many tasks speak it', () => {
  const onSplit = vi.fn();
  const foresee = createPreviewVoice(onSplit);
  const text = 'Hello there. '.repeat(1000);
  const results = NUMBERS(200).map(() => foresee({ voice_id: 'anna', text }));
  expect(onSplit.mock.calls).toEqual([[text.trim().length]]);
  expect(new Set(results).size).toBe(1);
});

test('Scripts whose sentences are referred to are counted together', async () => {
  const payload = { voice_id: 'anna', text: `\${$index} ${'Hello there. '.repeat(1000)}` };
  const { steps } = pipelineSchema.parse({
    steps: [
      { id: 'voice', task_type: 'cosyvoice', for_each: NUMBERS(200), payload },
      { id: 'film', task_type: 'remotion_render', for_each: { $from: 'voice' }, payload: {} },
    ],
  });
  await expect(previewSteps(checkSteps(steps, null).steps, null, 20_000)).rejects.toMatchObject({
    message: expect.stringMatching(/more than 1000000 characters of scripts/) as string,
  });
});

test('A value that many items of a step share is checked once and reported for all of them', async () => {
  const real = preparesIn(assets.root);
  const look = vi.fn<(typeof real)['remotion_render']>(real.remotion_render);
  const payload = { timeline: { durationInFrames: 9, clips: [{ color: 'no colour' }] } };
  const { steps } = pipelineSchema.parse({
    steps: [{ id: 'film', task_type: 'remotion_render', for_each: [1, 2, 3], payload }],
  });
  const { tasks } = await previewSteps(checkSteps(steps, null).steps, null, 200);
  const { errors } = await checkPayloads({ ...real, remotion_render: look }, 'pipeline', tasks);
  expect(look).toHaveBeenCalledOnce();
  expect(errors).toMatchObject([
    {
      path: 'steps[0].payload.timeline.clips[0].color',
      message: expect.stringContaining('(for items 0, 1, 2)') as string,
    },
  ]);
});
