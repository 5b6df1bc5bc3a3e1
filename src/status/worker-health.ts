import { messageOf } from '../errors.ts';
import { QUEUES } from '../contracts/names.ts';
import type { CardHealth, PartHealth } from '../contracts/health.ts';
import { isServerAway } from '../temporal/connection.ts';
import type { StandbyWorker } from '../temporal/standby-workers.ts';

/** A report is due every two seconds; Redis or a busy machine may delay it. */
const LONGEST_SILENCE_MS = 6000;

/** Why no worker takes tasks and what to do, for clients whose tasks wait. */
export interface Obstacle {
  reason: string;
  hint: string;
  /** Since when, ISO 8601; absent if unknown. */
  since?: string;
}

export interface WorkerState {
  part: PartHealth;
  /** Null while a worker takes tasks, and while that is not known. */
  obstacle: Obstacle | null;
}

export interface WorkerChecks {
  /** Names of the workers of a queue that Temporal counts as alive. */
  listWorkers: (taskQueue: string) => Promise<string[]>;
  /**
   * The time in ms since a worker's process last reported that its event loop is running; null if unknown. Never
   * rejects.
   */
  silenceOf: (worker: string) => Promise<number | null>;
  /** The GPU workers that run and take no tasks. Never rejects. */
  listStandbys: () => Promise<readonly StandbyWorker[]>;
  /** The holder of each card. Never rejects. */
  listCards: () => Promise<readonly CardHealth[]>;
}

const NOTHING_LOST = 'Nothing is lost in the meantime.';
const START_ONE = `For the operator: start one with \`npm run worker\`, or \`docker compose up worker -d\`; worker.log says why it ended. ${NOTHING_LOST}`;

/** The holders of the cards, as the reason why no worker works. */
const describeHolders = (cards: readonly CardHealth[]): string =>
  cards
    .map(
      ({ gpu_id: card, holder: { host, pid, since }, lease }) =>
        `the card ${card} belongs to process ${pid} on ${host} since ${since}${lease === 'held' ? '' : ', which has not released it and shows no sign of life'}`,
    )
    .join('; ');

const bad = (obstacle: Obstacle): WorkerState => ({
  part: { ok: false, detail: `${obstacle.reason}. ${obstacle.hint}` },
  obstacle,
});
/** Temporal does not answer, so nothing is known about its workers. */
const unknown = (detail: string): WorkerState => ({ part: { ok: false, detail }, obstacle: null });

/** @returns the workers whose event loop seems to be blocked, in words; undefined if there are none. */
async function describeBlocked(workers: readonly string[], looks: WorkerChecks): Promise<string | undefined> {
  const silences = await Promise.all(workers.map((worker) => looks.silenceOf(worker)));
  const held = workers.flatMap((worker, index) => {
    const silence = silences[index] ?? null;
    return silence === null || silence <= LONGEST_SILENCE_MS
      ? []
      : [`the worker ${worker} has shown no sign of life for ${Math.round(silence / 1000)} s`];
  });
  return held.length === 0 ? undefined : held.join('; ');
}

const HELD = 'its event loop is blocked, or it was stopped or killed just now, or it cannot connect to Redis';

async function stateOf(taskQueue: string, looks: WorkerChecks, none: () => Promise<WorkerState>): Promise<WorkerState> {
  try {
    const workers = await looks.listWorkers(taskQueue);
    if (workers.length === 0) return await none();
    const held = await describeBlocked(workers, looks);
    if (held === undefined) return { part: { ok: true, detail: workers.join(', ') }, obstacle: null };
    const hint = `A worker that does not respond for WATCHDOG_SECONDS is restarted. ${NOTHING_LOST}`;
    return {
      part: { ok: false, detail: `${held}: ${HELD}; see worker.log` },
      obstacle: { reason: `${held[0]?.toUpperCase()}${held.slice(1)}`, hint },
    };
  } catch (error) {
    const detail = isServerAway(error) ? 'not known while the Temporal server does not answer' : messageOf(error);
    return unknown(detail);
  }
}

const describeStandbys = (standbys: readonly StandbyWorker[]): string =>
  standbys
    .map(({ pid, host, since, reason }) => `process ${pid} on ${host} stands by since ${since}: ${reason}`)
    .join('; ');

/** Why no GPU worker takes tasks although none is busy, blocked or listed as alive. */
async function explainNoGpuWorker(looks: WorkerChecks): Promise<Obstacle> {
  const [standbys, cards] = await Promise.all([looks.listStandbys(), looks.listCards()]);
  const [since] = standbys.map((standby) => standby.since).toSorted();
  if (since !== undefined)
    return {
      reason: `No GPU worker takes tasks (${describeStandbys(standbys)})`,
      hint: `The worker that stands by begins by itself as soon as it has the card. For the operator: worker.log says more, and docs/operations.md under "Which worker has the card" what to do. ${NOTHING_LOST}`,
      since,
    };
  const holders = describeHolders(cards);
  if (!cards.some(({ lease }) => lease === 'held'))
    return { reason: `No GPU worker is running${holders === '' ? '' : ` (${holders})`}`, hint: START_ONE };
  return {
    reason: `No GPU worker takes tasks: ${holders}`,
    hint: `That process is starting or stopping, hangs, or works for another Temporal server. For the operator: its worker.log says which. A worker that is started now stands by until that process ends. ${NOTHING_LOST}`,
  };
}

/**
 * Whether a GPU worker is running and its event loop is not blocked; otherwise which process stands by, or has the
 * card. Never rejects.
 */
export const gpuWorkerState = (looks: WorkerChecks): Promise<WorkerState> =>
  stateOf(QUEUES.gpu, looks, async () => bad(await explainNoGpuWorker(looks)));

/** Whether a control worker, which starts the tasks, is running and its event loop is not blocked. Never rejects. */
export const controlWorkerState = (looks: WorkerChecks): Promise<WorkerState> =>
  stateOf(QUEUES.control, looks, () =>
    Promise.resolve(bad({ reason: 'No control worker is running, so no task starts', hint: START_ONE })),
  );

/** The reasons why tasks do not proceed. */
export interface Obstacles {
  /** For tasks that wait for their turn. */
  waiting: Obstacle | null;
  /** For tasks that wait for an engine; a control worker wakes them. */
  control: Obstacle | null;
  /** For tasks that run or wait for their next attempt; they need no control worker until they end. */
  inHand: Obstacle | null;
}

/** Never rejects. */
export async function readObstacles(looks: WorkerChecks): Promise<Obstacles> {
  const [control, gpu] = await Promise.all([controlWorkerState(looks), gpuWorkerState(looks)]);
  return { waiting: control.obstacle ?? gpu.obstacle, control: control.obstacle, inHand: gpu.obstacle };
}
