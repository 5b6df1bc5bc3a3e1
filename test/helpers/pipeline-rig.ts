import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { vi } from 'vitest';
import { describeStatus } from '../../src/api/handlers/task-status.ts';
import { createSubmitPipeline } from '../../src/api/handlers/submit-pipeline.ts';
import type { PipelineStatus, StepTaskStatus } from '../../src/contracts/pipeline.ts';
import type { TaskStatusBody } from '../../src/contracts/task-status.ts';
import { createLineLogger } from '../../src/logging.ts';
import { stepTaskId } from '../../src/pipelines/step-task-id.ts';
import type { Prepares } from '../../src/prepare/prepare.ts';
import { createPrepareRender } from '../../src/prepare/prepare-render.ts';
import { splitScript } from '../../src/speech/split-script.ts';
import { createReadPipeline } from '../../src/status/read-pipeline.ts';
import { newRecord } from '../../src/status/record.ts';
import { createTaskActions } from '../../src/tasks/task-actions.ts';
import { describeTask } from '../../src/status/describe-task.ts';
import { findAccepted } from '../../src/tasks/find-accepted.ts';
import { START_TASK_DEFAULTS, startTask } from '../../src/tasks/start-task.ts';
import { listStepTasks } from '../../src/temporal/step-tasks.ts';
import { ANYBODY } from './caller.ts';
import { noPrepares } from './no-prepares.ts';
import { film } from './rendered-film.ts';
import { createTaskRig } from './task-rig.ts';

/** What the stand-ins for the engines are asked to do: `gate` waits, or throws, before a piece of work is done. */
export interface Work {
  taskId: string;
  /** The prompt of a picture, the text of a voice, `film` for a film. */
  what: string;
  signal: AbortSignal;
}

/** Real rules for films; pictures take a `prompt`, voices a `text`. */
const prepares = (assetRoot: string, complaint = 'expected a prompt'): Prepares => ({
  ...noPrepares,
  remotion_render: createPrepareRender({ root: assetRoot, aliases: [] }),
  comfyui: (_taskId, payload) => {
    const { prompt } = payload as { prompt?: unknown };
    if (typeof prompt !== 'string')
      return Promise.resolve({ input: undefined, errors: [{ path: 'payload.prompt', message: complaint }] });
    const graph = { '1': { class_type: 'Prompt', inputs: { prompt } } };
    const input = { template: null, graph, uploads: [], seed: 7, models: [], ignored: [] };
    return Promise.resolve({ input, summary: prompt.slice(0, 50), details: '', errors: [] });
  },
  cosyvoice: (taskId, payload) => {
    const { text } = payload as { text?: unknown };
    if (typeof text !== 'string')
      return Promise.resolve({ input: undefined, errors: [{ path: 'payload.text', message: 'expected a text' }] });
    const voice = { id: 'anna', recording: null, transcript: null, speaker: null };
    const how = {
      mode: 'clone',
      instruction: null,
      language: null,
      speed: 1,
      seed: null,
      pauseMs: 0,
      loudness: null,
    } as const;
    const input = { text, voice, ...how, format: 'wav', outputPath: `audio/${taskId}.wav` } as const;
    return Promise.resolve({ input, summary: text.slice(0, 50), details: '', errors: [] });
  },
});

const put = async (file: string): Promise<void> => {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, 'x');
};

/**
 * Pipelines on a real Temporal server and a real Redis, from the handler to the status; engines and their payloads are
 * stand-ins.
 */
export async function createPipelineRig(
  gate: (work: Work) => Promise<void>,
  { most = 200, complaint }: { most?: number; complaint?: string } = {},
) {
  const done: string[] = [];
  const work = async (one: Work): Promise<void> => {
    await gate(one);
    one.signal.throwIfAborted();
    done.push(one.what);
  };
  const rig = await createTaskRig(
    async ({ outputFile, workDir }, { signal }) => {
      await work({ taskId: path.basename(workDir), what: 'film', signal });
      await put(outputFile);
      return film;
    },
    async ({ input, taskId, outputDir }, { signal, leave }) => {
      const what = String(input.graph['1']?.inputs['prompt']);
      await work({ taskId, what, signal: leave === undefined ? signal : AbortSignal.any([signal, leave]) });
      const file = path.join(outputDir, 'picture.png');
      await put(file);
      const about = { kind: 'image', node: '1', filename: 'picture.png', subfolder: '', type: 'output' } as const;
      return { files: [{ file, sizeBytes: 1, ...about }], texts: [], seed: 7, promptId: 'p', cached: false };
    },
    {
      prepare: (assetRoot) => prepares(assetRoot, complaint),
      async speak({ input, taskId, outputFile }, { signal }) {
        await work({ taskId, what: input.text, signal });
        const srtFile = `${outputFile}.srt`;
        await Promise.all([put(outputFile), put(srtFile)]);
        const facts = (file: string) => ({ file, sizeBytes: 1, sha256: '0'.repeat(64) });
        const sentences = splitScript(input.text, null).map(({ raw }, index) => ({
          text: raw.trim(),
          startMs: index * 400,
          endMs: (index + 1) * 400,
        }));
        const durationSeconds = sentences.length * 0.4;
        return {
          sentences,
          durationSeconds,
          sampleRate: 24_000,
          sizeBytes: 1,
          srtFile,
          files: [facts(outputFile), facts(srtFile)],
          ignored: [],
          warnings: [],
        };
      },
    },
  );
  const { temporal, store, queues } = rig;
  const now = () => new Date();
  const submitPipeline = createSubmitPipeline({
    prepare: prepares(rig.assetRoot),
    startTask: (taskId, task, details, client) =>
      startTask(temporal, taskId, task, {
        details,
        ...START_TASK_DEFAULTS,
        priorityLevels: 101,
        taskQueue: queues.control,
        client,
      }),
    findAccepted: (taskId) => findAccepted(temporal, taskId, () => Promise.resolve(null)),
    admit: () => Promise.resolve(),
    mostRunSeconds: 86_400,
    allowPrivateWebhooks: true,
    recordPending: (taskId, task) => store.write(taskId, { runStartedAt: 0, attempt: 0 }, newRecord(task)),
    mostPipelineTasks: most,
    newTaskId: randomUUID,
    now,
    logger: createLineLogger('GPUServer', () => undefined),
  });
  const { readStatus } = rig;
  const readPipeline = createReadPipeline({ store, readStatus, listStepTasks: (id) => listStepTasks(temporal, id) });

  const submitted: string[] = [];
  /** Resolves when a pipeline and all of its tasks are over. */
  const allOver = (pipelineId: string) =>
    vi.waitUntil(
      async () => {
        const running = `Pipeline = "${pipelineId}" AND ExecutionStatus = "Running"`;
        return (await temporal.client.workflow.count(running)).count === 0;
      },
      { timeout: 60_000 },
    );

  return {
    ...rig,
    allOver,
    /** Ends what a test left running, so that the next one finds the GPU free. */
    async clear(): Promise<void> {
      for (const id of submitted.splice(0)) {
        await rig
          .handle(id)
          .cancel()
          .catch(() => undefined);
        await allOver(id);
      }
    },
    /** What the engines did, in their order. */
    done,
    actions: createTaskActions({
      temporal,
      store,
      describe: (id) => describeTask(temporal, id),
      priorityLevels: 101,
      now,
    }),
    async submitPipeline(body: object): Promise<string> {
      const answer = await submitPipeline({
        params: {},
        query: {},
        headers: {},
        body: Buffer.from(JSON.stringify(body)),
        client: 'test',
        caller: ANYBODY,
      });
      const { task_id: pipelineId } = answer.body as { task_id: string };
      submitted.push(pipelineId);
      return pipelineId;
    },
    async status(pipelineId: string): Promise<TaskStatusBody & { result: PipelineStatus }> {
      const record = await readStatus(pipelineId);
      if (record === null) throw new Error('unknown pipeline');
      const lookAhead = () => Promise.resolve({ position: null, eta: null, pause: null, obstacle: null });
      return (await describeStatus({ lookAhead, readPipeline }, pipelineId, record)) as TaskStatusBody & {
        result: PipelineStatus;
      };
    },
    /** How the pipeline ended: its output, or the error that it failed with. */
    end: (pipelineId: string): Promise<unknown> =>
      rig
        .handle(pipelineId)
        .result()
        .catch((error: unknown) => error),
    taskOf: (pipelineId: string, step: string, index: number | null = null) => stepTaskId(pipelineId, step, index),
  };
}
export type PipelineRig = Awaited<ReturnType<typeof createPipelineRig>>;

/** The items of a step with `for_each`. */
export const itemsOf = (status: PipelineStatus, step: string): StepTaskStatus[] => {
  const found = status.steps[step];
  return found !== undefined && 'items' in found ? (found.items ?? []) : [];
};
