import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging.ts';
import type { CardLock, HeldLock } from './card-lock.ts';
import { isGone, killHolder, onSameMachine, type Claimant, type Holder } from './holder.ts';
import { judgeClaim, type Verdict } from './judge-claim.ts';
import type { Lease, LeaseStore, LeaseState } from './lease-store.ts';

export interface ClaimDeps {
  gpuId: string;
  me: Claimant;
  lock: CardLock;
  lease: LeaseStore;
  leaseMs: number;
  /** No Redis, no card; otherwise the kernel's lock is enough while Redis is away. */
  strict: boolean;
  /** Whether an operator vouches for it that the last holder, of another host, does not use the card any more. */
  takeOver: boolean;
  now: () => Date;
  logger: Logger;
}

/** Our hold on a card. */
export interface Claim {
  lock: HeldLock;
  since: string;
  /** Undefined as long as Redis has been away. */
  lease: Lease | undefined;
}

/** Why a card cannot be had now. */
export interface Obstacle {
  text: string;
  /** Nothing changes unless somebody does something about it. */
  severe: boolean;
}

/** Redis may forget who holds the card while that one is stopped. */
interface Memory {
  last: Holder | undefined;
}

const POLL_MS = 250;

/** What Redis tells of the card, and what follows for us. */
export async function assessClaim({
  me,
  lease,
  takeOver,
}: Pick<ClaimDeps, 'me' | 'lease' | 'takeOver'>): Promise<{ seen: LeaseState; verdict: Verdict }> {
  const seen = await lease.look();
  const leaseHolderGone = seen.lease !== null && (await isGone(me, seen.lease));
  return { seen, verdict: judgeClaim(me, seen, { leaseHolderGone, takeOver }) };
}

const nameOf = (me: Claimant, { pid, host, since }: Holder): string =>
  `process ${pid} on ${me.host === host ? 'this machine' : host} (since ${since})`;

/** A `verdict` other than `free` in words for the operator. */
export function obstacleFor({ me, gpuId }: ClaimDeps, { lease, last }: LeaseState, verdict: Verdict): Obstacle {
  const holder = lease ?? last;
  const who = holder === null ? 'another process' : nameOf(me, holder);
  if (verdict === 'held') return { text: `Standing by: ${who} has the card ${gpuId}`, severe: false };
  return {
    text:
      `No GPU work here: the card ${gpuId} was last held by ${who}, which has neither left nor been heard of since and may use it still. ` +
      `Make sure that it has ended, then start this worker with --take-over, or run: redis-cli HDEL gpu:holders ${gpuId}. ` +
      'If this is another card, give it a GPU_ID of its own',
    severe: true,
  };
}

/**
 * The lease is free and yet a process of this machine has the kernel's lock: it is cut off from Redis, or stopped, or hangs. One that
 * still works keeps the card.
 */
async function evictStaleHolder(deps: ClaimDeps, last: Holder | undefined): Promise<Obstacle> {
  const { me, lock, leaseMs, logger, gpuId } = deps;
  const who = last === undefined ? 'another process on this machine' : nameOf(me, last);
  if (await lock.holderAnswers(leaseMs / 3))
    return { text: `Standing by: ${who} has the card ${gpuId}`, severe: false };
  if (last !== undefined && (await killHolder(me, last))) {
    logger.warn(`Taking over the card ${gpuId}: ${who} has let its lease run out and does not answer; it was killed`);
    return { text: `Waiting for the end of ${who}`, severe: false };
  }
  return {
    text: `Standing by: ${who} has the card ${gpuId}, does not answer and cannot be killed from here; kill it yourself`,
    severe: true,
  };
}

/** The kernel's lock alone is enough among the processes of this machine. */
function whyNotWithoutRedis({ me, gpuId, strict, takeOver }: ClaimDeps, last: Holder | undefined): string | undefined {
  if (strict) return 'GPU_LEASE=strict wants its lease';
  if (last === undefined || onSameMachine(me, last) || takeOver) return undefined;
  return `${nameOf(me, last)} had the card ${gpuId}`;
}

/** One try to get the card: the lease must be free, then the kernel's lock, then the lease is taken. */
async function tryToClaim(deps: ClaimDeps, memory: Memory): Promise<Claim | Obstacle | undefined> {
  const { me, gpuId, lock, lease, strict, now } = deps;
  const found = await assessClaim(deps).catch(() => undefined);
  memory.last = found?.seen.last ?? memory.last;
  if (found === undefined) {
    const text = whyNotWithoutRedis(deps, memory.last);
    if (text !== undefined) return { text: `Standing by: Redis does not answer, and ${text}`, severe: true };
  }
  if (found !== undefined && found.verdict !== 'free') return obstacleFor(deps, found.seen, found.verdict);
  const held = await lock.take();
  if (held === undefined) {
    if (found !== undefined) return evictStaleHolder(deps, memory.last);
    const text = `Standing by: another process on this machine has the card ${gpuId}; Redis does not answer to tell which`;
    return { text, severe: false };
  }
  const claim: Claim = { lock: held, since: now().toISOString(), lease: undefined };
  if (found === undefined) return claim;
  try {
    claim.lease = await lease.take({ ...me, since: claim.since }, found.seen, 0);
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
 * @param onObstacle reported what stands in the way, whenever that changes.
 * @throws the signal's reason when aborted; what the kernel's lock throws when it cannot work.
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
