import { Piscina } from 'piscina';
import type { Checked, CheckedPipeline, CheckedTask, Checks } from '../api/checks/checks.ts';
import type { Unfetched } from '../api/request-sources.ts';
import { AppError, ERRORS } from '../errors.ts';
import { compiledScript } from '../host/project.ts';
import { createFairTurns } from '../turns/fair-turns.ts';
import { lowerHelperThreads } from './lower-helper-threads.ts';
import { newClock, watchClock } from './thread-clock.ts';
import type { CheckFound, CheckRequest, CheckReply, UnfetchedReply } from './check-messages.ts';

const THREADS = 2;
export const MOST_WAITING = 100;
export const DEADLINE_MS = 5000;
export const HEAP_MB = 512;
const IDLE_MS = 5000;
/** How much lower the priority of the threads is than that of the process. */
const NICE = 10;
/** How many times the deadline may pass while other work uses the processors; a thread that only starts needs some. */
const SLOWEST = 12;

/** The memory of a body that nothing else shares; it moves to the thread without a copy. */
const ownMemory = ({ buffer, byteLength }: Uint8Array): ArrayBuffer[] =>
  buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];

/** Unpacks the reply about one task or pipeline. @throws {AppError} the errors of a request without an identity. */
function unpackOne<C extends CheckedTask | CheckedPipeline>(reply: CheckReply): Checked<C> | Unfetched {
  if ('items' in reply) throw new Error('a thread answered with a list');
  return 'sources' in reply ? unfetched(reply) : fromFound<C>(reply);
}

const unfetched = ({ refused = [], ...reply }: UnfetchedReply): Unfetched => ({
  ...reply,
  refused: refused.flatMap(({ index, ...one }) => {
    const found = fromFound(one);
    return 'refused' in found ? [{ index, ...found }] : [];
  }),
});

function errorIn(found: CheckFound): Error {
  if (!('refused' in found)) return new Error('a thread answered with one task');
  const { code, message, fields, extra } = found.refused;
  const detail = message.slice(ERRORS[code].message.length + 2);
  return new AppError(code, detail === '' ? undefined : detail, { fields, extra });
}

/** Unpacks the reply of a thread. @throws {AppError} the errors of a request without an identity. */
function fromFound<C extends CheckedTask | CheckedPipeline>(found: CheckFound): Checked<C> {
  if ('checked' in found) return found as Checked<C>;
  const refused = errorIn(found);
  if (found.identity === null || !(refused instanceof AppError)) throw refused;
  return { identity: found.identity, refused };
}

/**
 * Checks requests in threads, in which clients take turns, so that none waits for all requests of another. A request
 * that needs more than five seconds of processor time or half a gigabyte ends its thread, not the process.
 * @param options.onError called if an idle thread ended.
 */
export function createCheckPool(options: {
  onError: (error: unknown) => void;
  script?: string;
  deadlineMs?: number;
  mostMs?: number;
  mostWaiting?: number;
  heapMb?: number;
}): {
  checks: Checks;
  close: () => Promise<void>;
} {
  const {
    onError,
    script = compiledScript('src/checking/check-thread.ts'),
    deadlineMs = DEADLINE_MS,
    mostMs = deadlineMs * SLOWEST,
    mostWaiting = MOST_WAITING,
    heapMb = HEAP_MB,
  } = options;
  lowerHelperThreads(NICE);
  const pool = new Piscina<CheckRequest, CheckReply>({
    filename: script,
    // A thread keeps the memory of the largest request that it has checked, so the second thread ends when idle.
    minThreads: 1,
    maxThreads: THREADS,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 16 },
    // Requests for a status come before checks of films.
    niceIncrement: NICE,
  });
  pool.on('error', onError);
  const check = async (request: Omit<CheckRequest, 'clock'>): Promise<CheckReply> => {
    // The time counts from when a thread is free.
    const clock = newClock();
    const late = new AbortController();
    const { signal } = late;
    const endWatch = watchClock(clock, { cpuMs: deadlineMs, mostMs }, (why) => late.abort(why));
    try {
      return await pool.run({ ...request, clock }, { signal, transferList: ownMemory(request.body) });
    } catch (error) {
      if (signal.aborted && signal.reason === 'starved')
        throw new AppError('busy', 'other work took the processors', { cause: error });
      if (signal.aborted)
        throw new AppError('too_complex', `the check took more than ${deadlineMs / 1000} s`, { cause: error });
      if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY')
        throw new AppError('too_complex', 'the check used more memory than one request may use', { cause: error });
      throw error;
    } finally {
      endWatch();
    }
  };
  const inTurn = createFairTurns({ atOnce: THREADS, mostWaiting });
  const ask = (request: Omit<CheckRequest, 'clock'>): Promise<CheckReply> => {
    const { key, address = '' } = request.submission;
    return inTurn(key ?? address, () => check(request));
  };
  return {
    checks: {
      task: async (body, submission, placed) => unpackOne(await ask({ kind: 'task', body, submission, placed })),
      pipeline: async (body, submission, placed) =>
        unpackOne(await ask({ kind: 'pipeline', body, submission, placed })),
      async tasks(body, submission, placed) {
        const reply = await ask({ kind: 'tasks', body, submission, placed });
        if ('sources' in reply) return unfetched(reply);
        if (!('items' in reply)) throw errorIn(reply);
        return { items: reply.items.map((item) => fromFound<CheckedTask>(item)), warnings: reply.warnings };
      },
    },
    close: () => pool.destroy(),
  };
}
