import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging.ts';
import type { CardLock, HeldLock, NamedHolder } from './card-lock.ts';
import { isGone, killHolder, onSameMachine, type Claimant, type Holder } from './holder.ts';
import { judgeClaim, type Verdict } from './judge-claim.ts';
import type { Lease, LeaseStore, LeaseState } from './lease-store.ts';

export interface ClaimDeps {
  gpuId: string;
  me: Claimant;
  lock: CardLock;
  lease: LeaseStore;
  leaseMs: number;
  /** True: no claim without Redis. False: the kernel lock is enough while Redis is away. */
  strict: boolean;
  /** An operator confirms that the last holder, on another host, no longer uses the card. */
  takeOver: boolean;
  now: () => Date;
  logger: Logger;
}

/** Our hold on a card. */
export interface Claim {
  lock: HeldLock;
  since: string;
  /** Undefined while Redis has not answered. */
  lease: Lease | undefined;
}

/** Why a card cannot be claimed now. */
export interface Obstacle {
  /** For the log of this process. */
  text: string;
  /** The same for clients, without advice: who has the card, with its host. A clause without a full stop. */
  reason: string;
  /** It persists until an operator acts. */
  severe: boolean;
}

/** Remembered here, because Redis may lose the name of a stopped holder. */
interface Memory {
  last: Holder | undefined;
}

const POLL_MS = 250;

/** Reads the state of the lease and decides whether the card is free for this process. */
export async function assessClaim({
  me,
  lease,
  takeOver,
}: Pick<ClaimDeps, 'me' | 'lease' | 'takeOver'>): Promise<{ state: LeaseState; verdict: Verdict }> {
  const state = await lease.read();
  const leaseHolderGone = state.lease !== null && (await isGone(me, state.lease));
  return { state, verdict: judgeClaim(me, state, { leaseHolderGone, takeOver }) };
}

const nameOf = (me: Claimant, { pid, host, since }: NamedHolder): string =>
  `process ${pid} on ${me.host === host ? 'this machine' : host} (since ${since})`;

/** An obstacle of which clients may read the whole text. */
const standingBy = ({ me }: ClaimDeps, reason: string, severe: boolean, remedy = ''): Obstacle => ({
  text: `Standing by: ${reason}${remedy}`,
  reason: reason.replaceAll('on this machine', `on ${me.host}`),
  severe,
});

/** A `verdict` other than `free` in words for the operator. */
export function obstacleFor(deps: ClaimDeps, { lease, last }: LeaseState, verdict: Verdict): Obstacle {
  const { me, gpuId } = deps;
  const holder = lease ?? last;
  const who = holder === null ? 'another process' : nameOf(me, holder);
  if (verdict === 'held') return standingBy(deps, `${who} has the card ${gpuId}`, false);
  const reason = `the card ${gpuId} was last held by ${who}, which did not release it and may still be using it`;
  return {
    reason,
    text:
      `No GPU work here: ${reason}. ` +
      `Make sure that it has ended, then start this worker with --take-over, or run: redis-cli HDEL gpu:holders ${gpuId}. ` +
      'If this is another card, give it a GPU_ID of its own',
    severe: true,
  };
}

/**
 * Handles a free lease while a process of this machine has the kernel lock: that process has lost Redis, was stopped,
 * or hangs. A holder that still responds keeps the card; any other is killed if possible.
 */
async function evictStaleHolder(deps: ClaimDeps, last: Holder | undefined): Promise<Obstacle> {
  const { me, lock, leaseMs, logger, gpuId } = deps;
  // It may work for another middleware, whose Redis this one does not read.
  const [named = last, answers] = await Promise.all([lock.readHolder(leaseMs / 3), lock.holderAnswers(leaseMs / 3)]);
  const who = named === undefined ? 'another process on this machine' : nameOf(me, named);
  if (answers) return standingBy(deps, `${who} has the card ${gpuId}`, false);
  if (last !== undefined && (await killHolder(me, last))) {
    logger.warn(`Taking over the card ${gpuId}: the lease of ${who} expired, and it does not answer; it was killed`);
    return { text: `Waiting for the end of ${who}`, reason: `${who} is being ended`, severe: false };
  }
  const reason = `${who} has the card ${gpuId}, does not answer and cannot be killed from here`;
  return standingBy(deps, reason, true, '; kill it yourself');
}

/**
 * Whether the kernel lock is enough without Redis: it only excludes processes of this machine. @returns why not;
 * undefined if it is enough.
 */
function whyNotWithoutRedis({ me, gpuId, strict, takeOver }: ClaimDeps, last: Holder | undefined): string | undefined {
  if (strict) return 'GPU_LEASE=strict requires its lease';
  if (last === undefined || onSameMachine(me, last) || takeOver) return undefined;
  return `${nameOf(me, last)} had the card ${gpuId}`;
}

/** Tries once to claim the card: checks that the lease is free, then takes the kernel lock, then the lease. */
async function tryToClaim(deps: ClaimDeps, memory: Memory): Promise<Claim | Obstacle | undefined> {
  const { me, gpuId, lock, lease, strict, now } = deps;
  const assessed = await assessClaim(deps).catch(() => undefined);
  memory.last = assessed?.state.last ?? memory.last;
  if (assessed === undefined) {
    const text = whyNotWithoutRedis(deps, memory.last);
    if (text !== undefined) return standingBy(deps, `Redis does not answer, and ${text}`, true);
  }
  if (assessed !== undefined && assessed.verdict !== 'free') return obstacleFor(deps, assessed.state, assessed.verdict);
  const held = await lock.take();
  if (held === undefined) {
    if (assessed !== undefined) return evictStaleHolder(deps, memory.last);
    const named = await lock.readHolder(deps.leaseMs / 3);
    const reason =
      named === undefined
        ? `another process on this machine has the card ${gpuId}; Redis does not answer, so its name is unknown`
        : `${nameOf(deps.me, named)} has the card ${gpuId}; Redis does not answer`;
    return standingBy(deps, reason, false);
  }
  const claim: Claim = { lock: held, since: now().toISOString(), lease: undefined };
  if (assessed === undefined) return claim;
  try {
    claim.lease = await lease.take({ ...me, since: claim.since }, assessed.state, 0);
  } catch {
    if (!strict) return claim;
  }
  if (claim.lease !== undefined) return claim;
  await held.release();
  return undefined;
}

const isObstacle = (found: Claim | Obstacle): found is Obstacle => 'text' in found;

/**
 * Waits until the card is ours.
 * @param onObstacle called with the obstacle whenever it changes.
 * @throws the signal's reason when aborted; the error of the kernel lock if it cannot work.
 */
export async function claimCard(
  deps: ClaimDeps,
  { signal, onObstacle }: { signal: AbortSignal; onObstacle: (obstacle: Obstacle) => void },
): Promise<Claim> {
  let reported: string | undefined;
  const memory: Memory = { last: undefined };
  for (;;) {
    signal.throwIfAborted();
    const found = await tryToClaim(deps, memory);
    if (found !== undefined && !isObstacle(found)) return found;
    if (found !== undefined && found.text !== reported) onObstacle(found);
    reported = found?.text ?? reported;
    await delay(POLL_MS, undefined, { signal });
  }
}
