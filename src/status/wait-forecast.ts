import { PIPELINE } from '../contracts/names.ts';
import type { PipelineStatus } from '../contracts/pipeline.ts';
import type { Pause, SecondsRange } from '../contracts/queue.ts';
import { cached } from './cached.ts';
import { WAITS_FOR_ITS_STEPS } from './compose-pipeline.ts';
import { forecast, remainingSeconds } from './run-estimate.ts';
import type { StatusRecord } from './record.ts';
import { kindName, type RunTimes } from './run-times.ts';
import type { QueueContents, QueueReader } from './redis-queue.ts';
import type { Obstacle, Obstacles } from './worker-health.ts';

/** Older estimates are good enough, and thousands of requests may come at once. */
const FRESH_MS = 1000;
/** Requests within this time share one reading of the queue, which may have ten thousand tasks. */
const QUEUE_FRESH_MS = 100;
/** How many steps of a pipeline are looked up in the queue. */
const MOST_STEPS = 5;

export interface WaitForecastDeps {
  queue: QueueReader;
  runTimes: RunTimes;
  /** The pause of the queue; null while it is not paused. May reject. */
  readPause: () => Promise<Pause | null>;
  /** Names of the workers that run. May reject. */
  listWorkers: () => Promise<string[]>;
  /** Why no worker takes tasks. Never rejects. */
  readObstacles: () => Promise<Obstacles>;
  now: () => Date;
}

/** When a waiting task will run, and why it does not run now. Unknown values are null. */
export interface TaskForecast {
  position: number | null;
  eta: SecondsRange | null;
  pause: Pause | null;
  /** Why no worker takes tasks. */
  obstacle: Obstacle | null;
  /** For a task that does nothing but wait for its turn: true while Temporal does not answer, so none can begin. */
  serverAway?: boolean;
}

interface QueueForecast extends QueueContents {
  pause: Pause | null;
  /** When each task of `waiting` starts, in seconds from now. */
  starts: (SecondsRange | null)[];
  drained: SecondsRange | null;
}

export interface WaitForecast {
  /** Never rejects. */
  ofTask: (taskId: string, record: StatusRecord) => Promise<TaskForecast>;
  /** The whole queue. @throws Temporal's error when it does not answer. */
  ofQueue: () => Promise<QueueForecast>;
  /** Forgets the pause, after one began or ended. */
  refresh: () => void;
}

const rounded = (range: SecondsRange | null): SecondsRange | null =>
  range && { min: Math.round(range.min), max: Math.round(range.max) };

/** A pipeline that has begun counts as waiting while none of its tasks runs. */
const waits = ({ status, phase, waiting }: StatusRecord): boolean =>
  waiting === null && (status === 'pending' || phase === WAITS_FOR_ITS_STEPS);
/** Whether its time has come although it is not in the queue yet. */
const isOverdue = ({ waiting }: StatusRecord, now: Date): boolean =>
  waiting?.for === 'time' && Date.parse(waiting.until) < now.getTime();

/** The tasks of a pipeline that wait for their turn; a few, because each has to be looked up. */
function queuedSteps({ result }: StatusRecord): string[] {
  const steps = result !== null && 'steps' in result ? Object.values((result as PipelineStatus).steps) : [];
  return steps
    .flatMap((step) => ('items' in step ? (step.items ?? []) : [step]))
    .filter(({ status, phase }) => status === 'pending' && phase === 'queued')
    .map((task) => task.task_id)
    .slice(0, MOST_STEPS);
}

/** A pipeline has no worker of its own. */
const isInHand = ({ status, taskType }: StatusRecord): boolean => status === 'processing' && taskType !== PIPELINE;

/**
 * Estimates when waiting tasks will run, from the queue, the durations of the latest runs, and the pause that Temporal
 * stores.
 */
export function createWaitForecast(deps: WaitForecastDeps): WaitForecast {
  const pause = cached(deps.readPause, FRESH_MS);
  const obstacles = cached(deps.readObstacles, FRESH_MS);

  const load = async (): Promise<Omit<QueueForecast, 'pause'>> => {
    const [contents, workers] = await Promise.all([deps.queue.read(), deps.listWorkers().catch(() => [])]);
    const usual = await deps.runTimes
      .usual([...contents.waiting, ...contents.running])
      .catch(() => new Map<string, SecondsRange | null>());
    const left = contents.running.map((task) => {
      const elapsed = (deps.now().getTime() - Date.parse(task.startedAt ?? task.createdAt)) / 1000;
      return remainingSeconds(usual.get(kindName(task)) ?? null, elapsed, task.progress);
    });
    // One slot per worker. Some running tasks may wait for their next attempt, and some workers may be idle.
    const slots = workers.map((_, index) => (index < left.length ? (left[index] ?? null) : { min: 0, max: 0 }));
    const { starts, end } = forecast(
      slots,
      contents.waiting.map((task) => usual.get(kindName(task)) ?? null),
    );
    return { ...contents, starts, drained: contents.count > contents.waiting.length ? null : end };
  };
  const forTasks = cached(load, FRESH_MS);
  const forQueue = cached(load, QUEUE_FRESH_MS);

  const ask = (taskId: string): Promise<number | null> => deps.queue.positionOf(taskId).catch(() => null);
  /** The first place of a pipeline's tasks, or the place that was read with the record. */
  const positionOf = async (taskId: string, record: StatusRecord): Promise<number | null> => {
    if (record.taskType !== PIPELINE) return record.position === undefined ? ask(taskId) : record.position;
    const positions = await Promise.all(queuedSteps(record).map(ask));
    return positions.filter((one) => one !== null).toSorted((a, b) => a - b)[0] ?? null;
  };

  return {
    async ofTask(taskId, record) {
      const nothing = { position: null, eta: null, pause: null, obstacle: null };
      if (isInHand(record)) return { ...nothing, obstacle: (await obstacles.get()).inHand };
      if (isOverdue(record, deps.now())) return { ...nothing, obstacle: (await obstacles.get()).waiting };
      // Its engine may be back, but nobody is there to wake it.
      if (record.waiting !== null && record.waiting.for !== 'time')
        return { ...nothing, obstacle: (await obstacles.get()).control };
      if (!waits(record)) return nothing;
      const [position, paused, all, held] = await Promise.all([
        positionOf(taskId, record),
        pause.get().catch(() => undefined),
        forTasks.get().catch(() => undefined),
        obstacles.get(),
      ]);
      // If the queue is or may be paused, or has no worker, the time until the start is unknown.
      const isKnown = position !== null && paused === null && held.waiting === null;
      const eta = isKnown ? (all?.starts[position - 1] ?? null) : null;
      return {
        position,
        eta: rounded(eta),
        pause: paused ?? null,
        obstacle: held.waiting,
        serverAway: paused === undefined,
      };
    },
    async ofQueue() {
      const [all, paused] = await Promise.all([forQueue.get(), pause.get()]);
      return { ...all, pause: paused, drained: paused === null ? rounded(all.drained) : null };
    },
    refresh: () => pause.forget(),
  };
}
