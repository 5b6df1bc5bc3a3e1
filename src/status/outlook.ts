import { PIPELINE } from '../contracts/names.ts';
import type { Pause, SecondsRange } from '../contracts/queue.ts';
import { cached } from './cached.ts';
import { WAITS_FOR_ITS_STEPS } from './compose-pipeline.ts';
import { forecast, remainingSeconds } from './estimate.ts';
import type { StatusRecord } from './record.ts';
import { kindName, type RunTimes } from './run-times.ts';
import type { Line, QueueReader } from './redis-queue.ts';
import type { Obstacle, Obstacles } from './worker-health.ts';

/** Estimates need no better, and thousands may ask. */
const FRESH_MS = 1000;
/** The whole queue is read for all who ask within this time: it may be ten thousand tasks. */
const QUEUE_FRESH_MS = 100;

export interface OutlookDeps {
  line: QueueReader;
  runTimes: RunTimes;
  /** The queue's pause; null when it hands out tasks. May reject. */
  readPause: () => Promise<Pause | null>;
  /** Names of the workers that live. May reject. */
  listWorkers: () => Promise<string[]>;
  /** Why no worker takes tasks. Never rejects. */
  readObstacles: () => Promise<Obstacles>;
  now: () => Date;
}

/** What a waiting task has before it. Null is what cannot be known now. */
export interface TaskOutlook {
  position: number | null;
  eta: SecondsRange | null;
  pause: Pause | null;
  /** Why no worker takes tasks. */
  obstacle: Obstacle | null;
}

interface QueueOutlook extends Line {
  pause: Pause | null;
  /** Of each task in line. */
  starts: (SecondsRange | null)[];
  drained: SecondsRange | null;
}

export interface Outlook {
  /** Never rejects. */
  ofTask: (taskId: string, record: StatusRecord) => Promise<TaskOutlook>;
  /** The whole queue as it is. @throws what Temporal throws when it does not answer. */
  ofQueue: () => Promise<QueueOutlook>;
  /** Whoever asks next sees a pause that was made or ended just now. */
  refresh: () => void;
}

const rounded = (range: SecondsRange | null): SecondsRange | null =>
  range && { min: Math.round(range.min), max: Math.round(range.max) };

/** A pipeline that has begun waits as a task does while nothing of it is in hand. */
const waits = ({ status, phase, waiting }: StatusRecord): boolean =>
  waiting === null && (status === 'pending' || phase === WAITS_FOR_ITS_STEPS);

/** A pipeline has no worker of its own. */
const isInHand = ({ status, taskType }: StatusRecord): boolean => status === 'processing' && taskType !== PIPELINE;

/** Says what waiting tasks have before them, from the line in Redis, what runs took of late, and the pause that Temporal keeps. */
export function createOutlook(deps: OutlookDeps): Outlook {
  const pause = cached(deps.readPause, FRESH_MS);
  const obstacles = cached(deps.readObstacles, FRESH_MS);

  const load = async (): Promise<Omit<QueueOutlook, 'pause'>> => {
    const [look, workers] = await Promise.all([deps.line.look(), deps.listWorkers().catch(() => [])]);
    const usual = await deps.runTimes
      .usual([...look.waiting, ...look.running])
      .catch(() => new Map<string, SecondsRange | null>());
    const left = look.running.map((task) => {
      const elapsed = (deps.now().getTime() - Date.parse(task.startedAt ?? task.createdAt)) / 1000;
      return remainingSeconds(usual.get(kindName(task)) ?? null, elapsed, task.progress);
    });
    // A slot a worker: some of what runs may wait to be tried again, and some workers may be idle.
    const slots = workers.map((_, index) => (index < left.length ? (left[index] ?? null) : { min: 0, max: 0 }));
    const { starts, end } = forecast(
      slots,
      look.waiting.map((task) => usual.get(kindName(task)) ?? null),
    );
    return { ...look, starts, drained: look.count > look.waiting.length ? null : end };
  };
  const queue = cached(load, FRESH_MS);
  const wholeQueue = cached(load, QUEUE_FRESH_MS);

  return {
    async ofTask(taskId, record) {
      const nothing = { position: null, eta: null, pause: null, obstacle: null };
      if (isInHand(record)) return { ...nothing, obstacle: (await obstacles.get()).inHand };
      if (!waits(record)) return nothing;
      const [position, paused, all, held] = await Promise.all([
        deps.line.positionOf(taskId).catch(() => null),
        pause.get().catch(() => undefined),
        queue.get().catch(() => undefined),
        obstacles.get(),
      ]);
      // Paused, perhaps paused, or without a worker: nobody knows for how long.
      const isKnown = position !== null && paused === null && held.waiting === null;
      const eta = isKnown ? (all?.starts[position - 1] ?? null) : null;
      return { position, eta: rounded(eta), pause: paused ?? null, obstacle: held.waiting };
    },
    async ofQueue() {
      const [all, paused] = await Promise.all([wholeQueue.get(), pause.get()]);
      return { ...all, pause: paused, drained: paused === null ? rounded(all.drained) : null };
    },
    refresh: () => pause.forget(),
  };
}
