import { z } from 'zod';
import type { ErrorBody } from '../errors.ts';
import type { ComfyuiInput } from './comfyui.ts';
import type { CosyvoiceInput, CosyvoiceResult } from './cosyvoice.ts';
import { number, optional } from './fields.ts';
import {
  DEFAULT_PRIORITY,
  HIGHEST_PRIORITY,
  TASK_TYPES,
  type Engine,
  type TaskStatus,
  type TaskType,
} from './names.ts';
import { checkScale, outputSchema, timelineSchema, type Timeline } from './timeline.ts';

const WHOLE = 'expected a whole number from 0 to 100';
/** Out of range is clamped, not refused. */
const priority = optional(number(z.number(WHOLE).refine(Number.isInteger, WHOLE))).transform((value) =>
  Math.min(HIGHEST_PRIORITY, Math.max(0, value ?? DEFAULT_PRIORITY)),
);

/** The part of `POST /submit_task` that all task types share. */
export const envelopeSchema = z.object(
  {
    task_type: z.enum(TASK_TYPES, `expected one of ${TASK_TYPES.join(', ')}`),
    priority,
    payload: z.record(z.string(), z.unknown(), 'expected an object'),
  },
  'expected a JSON object',
);

const fileName = z
  .string('expected a file name')
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
    output_path: optional(
      z.string('expected a path under ASSET_PATH').trim().min(1, 'expected a path under ASSET_PATH'),
    ),
    output_filename: optional(fileName),
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
}

/** What one task workflow is given. Stays below 2 MB with its payload. */
export type TaskInput<T extends TaskType = TaskType> = {
  [K in T]: TaskEnvelope & { taskType: K; input: TaskInputs[K] };
}[T];

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

/** What a task waits for before its next attempt. */
export interface Waiting {
  for: Engine;
  /** ISO 8601 in UTC. */
  since: string;
  reason: string;
  hint: string;
}

/** The body of `GET /task_status/{task_id}`. Times are ISO 8601 in UTC. */
export interface TaskStatusBody {
  status: TaskStatus;
  result: TaskResult | { error: ErrorBody } | null;
  /** Repeats `result.error.message` of a failed task. */
  error?: string;
  task_id: string;
  task_type: TaskType | null;
  priority: number | null;
  created_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  /** 0–1 */
  progress: number;
  /** What the task is doing now, in a word or two. */
  phase: string;
  attempts: number;
  /** Null unless an engine is away. */
  waiting: Waiting | null;
  /** Known from a later version on. */
  queue_position: number | null;
}
