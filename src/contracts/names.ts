import { ENGINES } from './engines.ts';

/** Names that clients, workflows and workers must agree on. Constants only: workflow code imports this file. */

export type TaskType = keyof typeof ENGINES;
export const TASK_TYPES = Object.keys(ENGINES) as readonly string[] as readonly TaskType[];

/** The workflow type of a pipeline; its status shows it as the task type. */
export const PIPELINE = 'pipeline';
export type WorkType = TaskType | typeof PIPELINE;

/** The engines that are servers, so that a task may have to wait for them. Each has the name of its task type. */
export type ServerEngine = { [T in TaskType]: (typeof ENGINES)[T]['port'] extends null ? never : T }[TaskType];
export const isServerEngine = (type: TaskType): type is ServerEngine => ENGINES[type].port !== null;
export const SERVER_ENGINES = TASK_TYPES.filter(isServerEngine);
/** A value for each of them, made by one rule. */
export const forServerEngines = <V>(make: (engine: ServerEngine) => V): Record<ServerEngine, V> =>
  Object.fromEntries(SERVER_ENGINES.map((engine) => [engine, make(engine)])) as Record<ServerEngine, V>;
/** The same for all task types. */
export const forTaskTypes = <V>(make: (type: TaskType) => V): Record<TaskType, V> =>
  Object.fromEntries(TASK_TYPES.map((type) => [type, make(type)])) as Record<TaskType, V>;

/** The four documented words; there is no fifth. */
export const TASK_STATUSES = ['pending', 'processing', 'completed', 'failed'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const QUEUES = { control: 'middleware', gpu: 'gpu' } as const;
/** The workflow type of a task is its task type, which the lists of the Web UI show. */
export const isWorkType = (value: string): value is WorkType => value === PIPELINE || isTaskType(value);
export const isTaskType = (value: string): value is TaskType => Object.hasOwn(ENGINES, value);

/** Sent by the GPU activity when an attempt really starts. */
export const ATTEMPT_STARTED_SIGNAL = 'attemptStarted';
/** Sent with the new priority, 0–100, when a client or an operator has changed the priority of a task. */
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
  Tags: 'KeywordList',
} as const;

export const DEFAULT_PRIORITY = 50;
export const HIGHEST_PRIORITY = 100;

/** The largest time limit, because timers of Node end at 2^31 ms. */
export const LONGEST_SECONDS = 2_000_000;

/** How often a worker reports to the server. */
export const WORKER_HEARTBEAT_MS = 5000;

export const DAY_MS = 24 * 60 * 60 * 1000;
