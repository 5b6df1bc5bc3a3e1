import { setTimeout as delay } from 'node:timers/promises';
import { assessClaim, obstacleFor, type Claim, type ClaimDeps } from './claim-card.ts';

/** A Redis that answers may still refuse writes. */
const describeRedisTrouble = (error: unknown): string =>
  error instanceof Error && error.name === 'ReplyError'
    ? `Redis refuses writes (${error.message})`
    : 'Redis does not answer';

/**
 * @returns why this process no longer holds the card; undefined while it does. @throws when Redis does not answer in
 * time.
 */
async function renew(deps: ClaimDeps, claim: Claim): Promise<string | undefined> {
  const { me, lease, gpuId, logger } = deps;
  if (claim.lease !== undefined && (await lease.extend(claim.lease)) === 'ours') return undefined;
  // Redis was away when the card was claimed, or it has lost the lease.
  const { state, verdict } = await assessClaim(deps);
  if (verdict !== 'free') return obstacleFor(deps, state, verdict).text;
  const known = claim.lease?.holder.counter ?? 0;
  const taken = await lease.take({ ...me, since: claim.since }, state, known);
  // Another process was faster; the next pass finds its name.
  if (taken === undefined) return undefined;
  logger.info(`Lease of the card ${gpuId} taken in Redis (number ${taken.holder.counter})`);
  claim.lease = taken;
  return undefined;
}

/**
 * Renews the lease of a card three times in its length until aborted.
 * @returns why this process no longer holds the card; undefined when aborted.
 */
export async function keepLease(deps: ClaimDeps, claim: Claim, signal: AbortSignal): Promise<string | undefined> {
  const { leaseMs, strict, logger, gpuId } = deps;
  const period = leaseMs / 3;
  let renewed = performance.now();
  let away = claim.lease === undefined;
  for (;;) {
    await delay(period, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return undefined;
    const began = performance.now();
    try {
      void claim.lock.beat().catch(() => undefined);
      const tooLate = delay(period, undefined, { ref: false }).then(() => {
        throw new Error('Redis does not answer');
      });
      const lost = await Promise.race([renew(deps, claim), tooLate]);
      if (lost !== undefined) return lost;
      renewed = began;
      away = false;
    } catch (error) {
      if (strict && performance.now() - renewed >= 2 * period)
        return `${describeRedisTrouble(error)}, and GPU_LEASE=strict requires its lease`;
      if (!away) logger.warn(`The lease of the card ${gpuId} cannot be renewed: ${describeRedisTrouble(error)}`);
      away = true;
    }
  }
}
