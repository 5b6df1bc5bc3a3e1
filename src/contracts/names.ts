/** Names that clients, workflows and workers must agree on. Constants only: workflow code imports this file. */

export const TASK_TYPES = ['comfyui', 'cosyvoice', 'remotion_render'] as const;
export type TaskType = (typeof TASK_TYPES)[number];

/** The workflow type of a pipeline, and what its status has in the place of a task type. */
export const PIPELINE = 'pipeline';
export type WorkType = TaskType | typeof PIPELINE;

/** The engines that a task may have to wait for, as people call them; each has its task type's name. */
export const ENGINE_NAMES = { comfyui: 'ComfyUI', cosyvoice: 'CosyVoice' } as const;
export type Engine = keyof typeof ENGINE_NAMES;

/** The four documented words; there is no fifth. */
export const TASK_STATUSES = ['pending', 'processing', 'completed', 'failed'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const QUEUES = { control: 'middleware', gpu: 'gpu' } as const;
/** A task's workflow has its task type as its type: the Web UI's lists show it. */
export const isWorkType = (value: string): value is WorkType => value === PIPELINE || isTaskType(value);
export const isTaskType = (value: string): value is TaskType => (TASK_TYPES as readonly string[]).includes(value);

/** Sent by the GPU activity when an attempt really starts. */
export const ATTEMPT_STARTED_SIGNAL = 'attemptStarted';
/** Sent when a client or an operator changed the priority of a task: the new one, 0–100. */
export const PRIORITY_CHANGED_SIGNAL = 'priorityChanged';
/** Sent by the engine monitor when the engine that a task waits for answers again. */
export const ENGINE_BACK_SIGNAL = 'engineBack';
export const SEARCH_ATTRIBUTES = {
  TaskType: 'Keyword',
  Priority: 'Int',
  TaskStatus: 'Keyword',
  WaitingFor: 'Keyword',
  Client: 'Keyword',
  Pipeline: 'Keyword',
  Step: 'Keyword',
} as const;

export const DEFAULT_PRIORITY = 50;
export const HIGHEST_PRIORITY = 100;

/** Of any time limit: timers of Node end at 2^31 ms. */
export const LONGEST_SECONDS = 2_000_000;

/** How often a worker tells the server that it lives. */
export const WORKER_HEARTBEAT_MS = 5000;
