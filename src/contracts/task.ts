import { z } from 'zod';
import type { ComfyuiInput } from './comfyui.ts';
import type { CosyvoiceInput, CosyvoiceResult } from './cosyvoice.ts';
import { choice, flag, number, optional, prose, plainText } from './fields.ts';
import { textInstead } from './text-instead.ts';
import { DEFAULT_PRIORITY, HIGHEST_PRIORITY, LONGEST_SECONDS, TASK_TYPES, type TaskType } from './names.ts';
import { checkScale, outputSchema, timelineSchema, type Timeline } from './timeline.ts';

const WHOLE = 'expected a whole number from 0 to 100';
const wholeNumber = number(z.number(WHOLE).refine(Number.isInteger, WHOLE));
/** Out of range is clamped, not refused. */
const clamp = (priority: number): number => Math.min(HIGHEST_PRIORITY, Math.max(0, priority));

const SECONDS = `expected a number of seconds above 0, at most ${LONGEST_SECONDS}`;
const seconds = optional(number(z.number(SECONDS).refine((value) => value > 0 && value <= LONGEST_SECONDS, SECONDS)));

const TAG = 'expected a name of 1 to 100 letters, digits, spaces and _ . : @ / + -';

export const timeoutsSchema = z.object(
  { queue_seconds: seconds, run_seconds: seconds },
  { error: ({ input }) => `expected an object with queue_seconds, run_seconds${textInstead(input)}` },
);

/** The part of `POST /submit_task` that all task types share. */
export const envelopeSchema = z.object(
  {
    task_type: choice(TASK_TYPES),
    priority: optional(wholeNumber).transform((value) => clamp(value ?? DEFAULT_PRIORITY)),
    /** Longest time in the queue, and longest run of one attempt. */
    timeouts: optional(timeoutsSchema),
    /** Whose task it is, for those who share the queue. */
    client: optional(
      prose(
        plainText(TAG)
          .trim()
          .regex(/^[\p{L}\p{N} _.:@/+-]{1,100}$/u, TAG),
      ),
    ),
    payload: z.record(z.string(), z.unknown(), { error: ({ input }) => `expected an object${textInstead(input)}` }),
  },
  'expected a JSON object',
);

/** `PATCH /tasks/{task_id}` */
export const taskChangeSchema = z.object({ priority: wholeNumber.transform(clamp) }, 'expected a JSON object');

const fileName = plainText('expected a file name')
  .trim()
  .min(1, 'expected a file name')
  .refine((name) => !/[\\/\0]/.test(name), 'expected a file name without a folder; output_path takes folders');

/**
 * `payload` of a `remotion_render`. `output_filename` is the older name; such files go to `output/`. `output` may stand beside the
 * timeline or in it.
 */
export const renderPayloadSchema = z
  .object({
    timeline: z.preprocess((value) => value ?? undefined, timelineSchema),
    output: outputSchema,
    output_path: optional(plainText('expected a path under ASSET_PATH').trim()),
    output_filename: optional(fileName),
    /** Whether the film may replace a file that is there. */
    overwrite: optional(flag),
  })
  .transform(({ timeline, output, ...paths }, context) => {
    if (output === undefined) return { ...paths, timeline };
    const both =
      timeline.output === undefined ? undefined : 'output and timeline.output are both given; give one of them';
    const message = both ?? checkScale({ ...timeline, output });
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['output'], message });
    return { ...paths, timeline: { ...timeline, output } };
  });

/** What the GPU activity of a `remotion_render` is given. Paths are relative to ASSET_PATH. */
export interface RenderInput {
  timeline: Timeline;
  outputPath: string;
  /** Film and poster may replace files that another task or person made. */
  overwrite?: true;
}

export interface TaskInputs {
  remotion_render: RenderInput;
  comfyui: ComfyuiInput;
  cosyvoice: CosyvoiceInput;
}

interface TaskResults {
  remotion_render: RenderResult;
  comfyui: ComfyuiResult;
  cosyvoice: CosyvoiceResult;
}

/** Which part of which pipeline a task is. */
export interface StepOf {
  pipelineId: string;
  step: string;
  /** Its place in the list of `for_each`, from 0; null without one. */
  index: number | null;
  /** Of its payload with all values in their places: as long as it is the same, a finished task need not run again. */
  payloadHash: string;
}

/** What all tasks are given, whatever their type. */
export interface TaskEnvelope {
  taskType: TaskType;
  /** 0–100, higher first. */
  priority: number;
  /** One line for the Web UI: what it makes. */
  summary: string;
  /** When the API accepted it, ISO 8601 in UTC: survives resets, unlike a run's start. */
  acceptedAt: string;
  gpuQueue: string;
  /** Longest run of one attempt. */
  runSeconds: number;
  /** Longest time in the queue, waits for the engine included; for ever where it is absent. */
  queueSeconds?: number;
  /** Of a task that is a step of a pipeline. */
  step?: StepOf;
  /** Names one stay in the queue; set by the workflow. */
  turn?: string;
}

/** What one task workflow is given. Stays below 2 MB with its payload. */
export type TaskInput<T extends TaskType = TaskType> = {
  [K in T]: TaskEnvelope & { taskType: K; input: TaskInputs[K] };
}[T];

/**
 * Fields of a task or a pipeline as JSON in UTF-8, by their names. They are large, were made in another thread and are sent as they are;
 * what the fields themselves hold beside them is only what is looked at on the way.
 */
export type EncodedFields = Readonly<Record<string, Uint8Array>>;

/** `result` of a completed `remotion_render`. */
export interface RenderResult {
  /** Relative to ASSET_PATH. */
  output_path: string;
  /** The same file as earlier clients know it: `/assets/…`. */
  video_path: string;
  width: number;
  height: number;
  fps: number;
  duration_seconds: number;
  size_bytes: number;
  /** Relative to ASSET_PATH; null unless `output.poster` asks for one. */
  poster_path: string | null;
  frames: number;
  /** Of the film, in hexadecimal. */
  sha256: string;
  /** Pieces that the film was drawn in, and how many of them an earlier attempt had left. */
  chunks: number;
  reused_chunks: number;
  render_seconds: number;
  /** What was made differently from what was asked for, and what was probably misspelt. */
  warnings: string[];
}

/** One produced file. */
export interface ComfyuiResultFile {
  /** Relative to ASSET_PATH. */
  path: string;
  kind: string;
  node: string;
  size_bytes: number;
  width?: number | undefined;
  height?: number | undefined;
  duration_seconds?: number | undefined;
  /** As ComfyUI named it, for earlier readers. */
  filename: string;
  subfolder: string;
  type: string;
}

/** `result` of a completed `comfyui` task. */
export interface ComfyuiResult {
  files: ComfyuiResultFile[];
  texts: { node: string; text: string }[];
  /** The seed in force; null where the graph has none. */
  seed: number | null;
  prompt_id: string;
  /** Whether ComfyUI took all of it from its cache. */
  cached: boolean;
  /** Names in `params` that the template does not know. */
  ignored_params: string[];
}

export type TaskResult<T extends TaskType = TaskType> = TaskResults[T];
