import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test, vi } from 'vitest';
import { createPipelineActivities, type PipelineDeps } from '../../activities/pipeline-activities.ts';
import { forTaskTypes } from '../../src/contracts/names.ts';
import type { StepReady } from '../../src/contracts/pipeline-activities.ts';
import type { PipelineInput } from '../../src/contracts/pipeline.ts';
import { AppError } from '../../src/errors.ts';
import { createLineLogger } from '../../src/logging.ts';
import { createPrepareRender } from '../../src/prepare/prepare-render.ts';
import { renderPlaces } from '../../src/prepare/render-places.ts';
import type { Fetched } from '../../src/sources/source-fetcher.ts';
import type { Temporal } from '../../src/temporal/connection.ts';
import { noPrepares } from '../helpers/no-prepares.ts';
import { encodePng } from '../helpers/png.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const PNG = 'fetched/fox.png';
const run = { workflowId: 'pipeline-1', runId: 'run-1' };

/** Prepares the only step of a pipeline, of which no task has begun. */
async function prepareStep(payload: object, { fetched, attempt = 1 }: { fetched: Fetched; attempt?: number }) {
  const assetRoot = await scratchFolder();
  await mkdir(path.join(assetRoot, 'fetched'));
  await writeFile(path.join(assetRoot, PNG), encodePng(2, 2, new Uint8Array(12)));
  const pipeline = {
    client: null,
    steps: [{ id: 'film', taskType: 'remotion_render', forEach: null, payload }],
  } as unknown as PipelineInput;
  const input = { payloads: [defaultPayloadConverter.toPayload(pipeline)] };
  const events = [{ workflowExecutionStartedEventAttributes: { input } }];
  const temporal = {
    client: {
      options: { namespace: 'default' },
      workflow: {
        getHandle: (id: string) => ({
          describe: () => Promise.reject(new WorkflowNotFoundError('not found', id, undefined)),
        }),
      },
    },
    connection: { workflowService: { getWorkflowExecutionHistory: () => Promise.resolve({ history: { events } }) } },
  } as unknown as Temporal;
  const fetch = vi.fn(() => Promise.resolve([fetched]));
  const deps = {
    assetRoot,
    temporal,
    status: { deletedRun: () => Promise.resolve(null) },
    prepare: { ...noPrepares, remotion_render: createPrepareRender({ root: assetRoot, aliases: [] }) },
    sources: {
      filePlaces: { ...forTaskTypes(() => () => Promise.resolve([])), remotion_render: renderPlaces },
      fetcher: { fetch },
    },
    priorityLevels: 101,
    runSeconds: forTaskTypes(() => 60),
    queueSeconds: forTaskTypes(() => undefined),
    announce: () => Promise.resolve(),
    now: () => new Date('2026-01-04T09:32:56Z'),
    logger: createLineLogger('GPUWorker', () => undefined),
  } as unknown as PipelineDeps;
  const asked = { step: 'film', index: null, priority: 50, counts: {} };
  const activities = createPipelineActivities(deps);
  const environment = new MockActivityEnvironment({ workflowExecution: run, attempt });
  const ready = environment.run<[], StepReady, () => Promise<StepReady>>(() => activities.prepareStep(asked));
  return { ready, fetch };
}

const FOUND: Fetched = { path: PNG, kind: 'image' };
const film = (more: object) => ({
  timeline: { clips: [{ src: 'https://studio.example/fox.png', durationInFrames: 30 }], ...more },
});

test.each<[string, object, string]>([
  ['a value', film({ fps: 500 }), 'payload.timeline.fps'],
  ['a file', film({ audioSrc: 'audio/gone.wav' }), 'payload.timeline.audioSrc'],
  ['the place of the result', { ...film({}), output_path: 'work/x.mp4' }, 'payload.output_path'],
])('A step that is refused for %s, whatever its files are, fetches none of them', async (_what, payload, at) => {
  const { ready, fetch } = await prepareStep(payload, { fetched: FOUND });
  expect(await ready).toMatchObject({
    kind: 'refused',
    error: { code: 'step_invalid', message: expect.stringContaining(at) as string },
  });
  expect(fetch).not.toHaveBeenCalled();
});

test('The files of a valid step are fetched for its pipeline, and stand in the places of their addresses', async () => {
  const { ready, fetch } = await prepareStep(film({}), { fetched: FOUND });
  expect(await ready).toMatchObject({
    kind: 'start',
    task: { input: { timeline: { clips: [{ src: PNG }] } } },
  });
  expect(fetch).toHaveBeenCalledExactlyOnceWith(
    [{ address: 'https://studio.example/fox.png' }],
    expect.objectContaining({ client: run.workflowId }),
  );
});

test('A file that cannot be fetched is tried three times, and one that may not be fetched once', async () => {
  const away = (code: 'source_unreachable' | 'source_refused', attempt: number) =>
    prepareStep(film({}), { fetched: { error: new AppError(code, 'studio.example') }, attempt });
  for (const attempt of [1, 2])
    await expect((await away('source_unreachable', attempt)).ready).rejects.toMatchObject({
      code: 'source_unreachable',
    });
  expect(await (await away('source_unreachable', 3)).ready).toMatchObject({
    kind: 'refused',
    error: { code: 'source_unreachable' },
  });
  expect(await (await away('source_refused', 1)).ready).toMatchObject({
    kind: 'refused',
    error: { code: 'source_refused', message: expect.stringContaining('payload.timeline.clips[0].src') as string },
  });
});
