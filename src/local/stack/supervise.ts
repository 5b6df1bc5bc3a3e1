import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import { signalGroup } from '../../host/process-identity.ts';
import { EndedEarlyError, launch, type ChildSpec, type Run } from './child.ts';

/** A child that is started again if it ends by itself. */
export interface Supervised {
  readonly name: string;
  /** Undefined while it does not run. */
  pid(): number | undefined;
  /** Resolves when the current run, or if there is none the next run, is ready. */
  whenReady(): Promise<void>;
  /** Sends a signal to the program itself, and resolves when it has ended. Then the supervisor decides. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Stops it for good: SIGTERM, and SIGKILL to its whole group after the grace period. */
  stop(): Promise<void>;
  /** Starts it after `stop`. */
  start(): Promise<void>;
  /** SIGKILL to the whole group, without waiting. */
  killNow(): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/**
 * How often a child that was never ready is started: it may end because another program took a port that it had chosen.
 */
const FIRST_RUNS = 3;
/** A child that ran this long is not crashing in a loop. */
const STABLE_MS = 60_000;

/** How long to wait before the next start, given the number of short runs in a row. */
export const backoffMs = (shortRuns: number): number =>
  Math.min(FIRST_WAIT_MS * 2 ** Math.max(0, shortRuns - 1), LONGEST_WAIT_MS);

interface Readiness {
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

const nothing = (): void => undefined;

function createReadiness(): Readiness {
  let resolve: () => void = nothing;
  let reject: (error: unknown) => void = nothing;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // There may be no handler.
  void promise.catch(nothing);
  return { promise, resolve, reject };
}

export interface SuperviseOptions {
  logger: Logger;
  /**
   * Called for each run with its pid, and awaited before anything else. If it fails, a first run is ended; a later run
   * continues.
   */
  onRun?: (pid: number) => Promise<void>;
}

type Outcome = 'was ready' | 'ended early' | 'failed';

/**
 * Supervises a child. `start` resolves when a first run is ready. It rejects if a run cannot be started or is not ready
 * in time, and after three runs in a row ended by themselves. Later runs are repeated with growing pauses until `stop`.
 */
export function supervise(spec: ChildSpec, { logger, onRun }: SuperviseOptions): Supervised {
  let run: Run | undefined;
  let readiness = createReadiness();
  let stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  /** @throws the error of `onRun`, after logging it. */
  async function note(pid: number): Promise<void> {
    try {
      if (pid !== 0) await onRun?.(pid);
    } catch (error) {
      logger.warn(`⚠️ ${spec.name} (pid ${pid}) could not be recorded: ${messageOf(error)}`);
      throw error;
    }
  }

  const couldNotStart = (error: unknown): 'failed' => {
    readiness.reject(error);
    readiness = createReadiness();
    logger.warn(`⚠️ ${spec.name} could not be started: ${messageOf(error)}`);
    return 'failed';
  };

  /** @param options.isRepeated whether another run follows if this one ends early, so that callers continue to wait. */
  async function runOnce(options: { isAgain: boolean; isFirst: boolean; isRepeated: boolean }): Promise<Outcome> {
    const { isAgain, isFirst, isRepeated } = options;
    let present: Run;
    try {
      const args = spec.moreArgs === undefined ? spec.args : [...spec.args, ...(await spec.moreArgs())];
      if (stopping.signal.aborted) return 'failed';
      present = launch({ ...spec, args });
    } catch (error) {
      return couldNotStart(error);
    }
    run = present;
    const giveUp = (error: unknown): Outcome => {
      signalGroup(present.pid, 'SIGKILL');
      if (error instanceof EndedEarlyError && isRepeated) return 'ended early';
      readiness.reject(error);
      return error instanceof EndedEarlyError ? 'ended early' : 'failed';
    };
    const becameReady = present.ready.then((): Outcome => 'was ready', giveUp);
    const noted = await note(present.pid).then(
      (): Outcome => 'was ready',
      // Nothing depends on a first run yet; later the service is more important than the record.
      (error: unknown): Outcome => (isFirst ? giveUp(error) : 'was ready'),
    );
    const outcome = noted === 'failed' ? noted : await becameReady;
    if (outcome === 'was ready') {
      readiness.resolve();
      if (isAgain) logger.info(`${spec.name}: running again`);
    }
    const how = await present.ended;
    run = undefined;
    if (outcome !== 'ended early' || !isRepeated) readiness = createReadiness();
    if (!stopping.signal.aborted) logger.warn(`⚠️ ${spec.name} ended (${how})`);
    return outcome;
  }

  async function keepRunning(first: Readiness, signal: AbortSignal): Promise<void> {
    let shortRuns = 0;
    let isFirst = true;
    for (let runs = 1; !signal.aborted; runs += 1) {
      const began = Date.now();
      const isRepeated = isFirst && runs < FIRST_RUNS;
      const outcome = await runOnce({ isAgain: runs > 1, isFirst, isRepeated });
      if (isFirst && outcome !== 'was ready' && !(outcome === 'ended early' && isRepeated)) return;
      isFirst &&= outcome !== 'was ready';
      if (signal.aborted) return;
      shortRuns = Date.now() - began > STABLE_MS ? 1 : shortRuns + 1;
      const wait = backoffMs(shortRuns);
      logger.info(`${spec.name}: starting again in ${wait / 1000} s`);
      await delay(wait, undefined, { signal }).catch(() => undefined);
    }
    first.reject(new Error(`${spec.name} was stopped`));
  }

  return {
    name: spec.name,
    pid: () => run?.pid,
    whenReady: () => readiness.promise,
    start: () => {
      stopping = new AbortController();
      readiness = createReadiness();
      const first = readiness;
      loop = keepRunning(first, stopping.signal);
      return first.promise;
    },
    kill: async (signal) => {
      const present = run;
      present?.process.kill(signal);
      await present?.ended;
    },
    stop: async () => {
      stopping.abort();
      readiness.reject(new Error(`${spec.name} was stopped`));
      const present = run;
      if (present !== undefined) {
        present.process.kill('SIGTERM');
        const tooLate = setTimeout(() => signalGroup(present.pid, 'SIGKILL'), spec.graceMs);
        await present.ended;
        clearTimeout(tooLate);
      }
      await loop;
    },
    killNow: () => {
      stopping.abort();
      if (run !== undefined) signalGroup(run.pid, 'SIGKILL');
    },
  };
}
