import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { ComfyuiInput, Graph, PreviewMethod } from '../../../src/contracts/comfyui.ts';
import { type ComfyuiJob, type ComfyuiTimings, createComfyuiDriver } from '../../../src/drivers/comfyui/driver.ts';
import type { Preview } from '../../../src/drivers/comfyui/client/preview-frames.ts';
import { promptIdOf } from '../../../src/drivers/comfyui/prompt/prompt-id.ts';
import { freePort } from '../../../src/local/stack/ports.ts';
import type { ComfyuiSimulatorOptions } from '../../../src/simulators/comfyui/options.ts';
import { createComfyuiSimulator } from '../../../src/simulators/comfyui/simulator.ts';
import { createLines } from '../../helpers/lines.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

/** The driver's timings for tests: in the same proportions, but shorter. */
export const QUICK: Partial<ComfyuiTimings> = {
  poll: 100,
  request: 2000,
  submit: 700,
  settle: 300,
  away: 700,
  // Long enough for a busy machine; a test that waits for one of them names less.
  frozen: 4000,
  silence: 20_000,
  socketSilence: 500,
  ping: 200,
  transfer: 1000,
  cancel: 60,
  memory: 1500,
  restart: 5000,
  probe: 1000,
};

/** A text-to-image graph with a sampler; the simulator takes `stepMs` for each step. */
export const paint = (steps: number, seed = 1): Graph => ({
  loader: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'flux1-dev-fp8.safetensors' } },
  words: { class_type: 'CLIPTextEncode', inputs: { text: `a lighthouse ${seed}`, clip: ['loader', 1] } },
  canvas: { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
  sampler: {
    class_type: 'KSampler',
    inputs: {
      seed,
      steps,
      cfg: 1,
      sampler_name: 'euler',
      scheduler: 'simple',
      denoise: 1,
      model: ['loader', 0],
      positive: ['words', 0],
      negative: ['words', 0],
      latent_image: ['canvas', 0],
    },
  },
  decoder: { class_type: 'VAEDecode', inputs: { samples: ['sampler', 0], vae: ['loader', 2] } },
  saver: { class_type: 'SaveImage', inputs: { filename_prefix: 'picture', images: ['decoder', 0] } },
});

/** Without a model or a sampler. */
export const blank = (colour = 255): Graph => ({
  1: { class_type: 'EmptyImage', inputs: { width: 64, height: 48, batch_size: 1, color: colour } },
  2: { class_type: 'SaveImage', inputs: { filename_prefix: 'blank', images: ['1', 0] } },
});

export const inputOf = (graph: Graph, more: Partial<ComfyuiInput> = {}): ComfyuiInput => ({
  template: 'test',
  graph,
  uploads: [],
  seed: 1,
  models: [],
  ignored: [],
  ...more,
});

export interface Run {
  result: ReturnType<ReturnType<typeof createComfyuiDriver>['run']>;
  phases: string[];
  progress: { fraction: number; text: string }[];
  previews: Preview[];
  /** The files that were reported, absolute. */
  files: string[];
  cancel: (reason?: Error) => void;
  leave: (reason?: Error) => void;
  /** Resolves when the phase is reported, or when the run is over. */
  reaches(phase: string): Promise<void>;
}

type Driver = ReturnType<typeof createComfyuiDriver>;

/** Starts one attempt and keeps its phases and progress. */
export function begin(driver: Driver, job: ComfyuiJob): Run {
  const cancel = new AbortController();
  const leave = new AbortController();
  const phases: string[] = [];
  const progress: Run['progress'] = [];
  const previews: Preview[] = [];
  const files: string[] = [];
  const waiting = new Set<() => void>();
  const notify = (): void => {
    for (const check of waiting) check();
  };
  const result = driver.run(job, {
    signal: cancel.signal,
    leave: leave.signal,
    onProgress: (fraction, text) => {
      progress.push({ fraction, text });
      notify();
    },
    onPreview: (preview) => previews.push(preview),
    onFile: ({ file }) => files.push(file),
    onPhase: (phase) => {
      phases.push(phase);
      notify();
    },
  });
  let over = false;
  void result
    .then(
      () => (over = true),
      () => (over = true),
    )
    .then(notify);
  return {
    result,
    phases,
    progress,
    previews,
    files,
    cancel: (reason = new Error('cancelled')) => cancel.abort(reason),
    leave: (reason = new Error('shut down')) => leave.abort(reason),
    reaches: (wanted) =>
      new Promise((resolve) => {
        const check = (): void => {
          const reached = phases.includes(wanted) || progress.some(({ text }) => text.startsWith(wanted));
          if (!reached && !over) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

/** The driver on a simulator of its own, gone when the test has ended. */
export async function comfyuiRig(
  options: {
    simulator?: ComfyuiSimulatorOptions;
    timings?: Partial<ComfyuiTimings>;
    previewMethod?: PreviewMethod;
  } = {},
) {
  const base = await scratchFolder();
  const assets = path.join(base, 'assets');
  await mkdir(assets);
  const simulator = await createComfyuiSimulator({
    port: await freePort(),
    folder: path.join(base, 'comfyui'),
    stepMs: 10,
    ...options.simulator,
  });
  onTestFinished(() => simulator.close());
  const lines = createLines();
  const timings = { ...QUICK, ...options.timings };
  const newDriver = (url = simulator.url, restartCommand?: string) =>
    createComfyuiDriver({
      url,
      assetRoot: assets,
      logger: lines.logger,
      restartCommand,
      timings,
      previewMethod: options.previewMethod ?? 'auto',
    });
  const driver = newDriver();
  /** The attempt of this number of one task. */
  const job = async (taskId: string, input: ComfyuiInput, attempt = 1): Promise<ComfyuiJob> => {
    const workDir = path.join(base, 'work', taskId);
    await mkdir(workDir, { recursive: true });
    const idOf = (number: number): string => promptIdOf({ runId: taskId, activityId: 'gpu', attempt: number });
    return {
      input,
      taskId,
      promptId: idOf(attempt),
      earlierPromptIds: Array.from({ length: attempt - 1 }, (_, back) => idOf(attempt - 1 - back)),
      workDir,
      outputDir: path.join(base, 'output', taskId),
    };
  };
  const start = async (taskId: string, input: ComfyuiInput, attempt = 1): Promise<Run> =>
    begin(driver, await job(taskId, input, attempt));
  /** Names in the output folder of a task. */
  const outputs = (taskId: string): Promise<string[]> => readdir(path.join(base, 'output', taskId)).catch(() => []);
  return { base, assets, simulator, driver, newDriver, lines, job, start, outputs };
}
