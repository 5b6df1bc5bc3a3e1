import { claimCard, type Claim, type ClaimDeps, type Obstacle } from './claim-card.ts';
import { keepLease } from './keep-lease.ts';

export interface HoldCardDeps extends ClaimDeps {
  /** Called with the obstacle whenever it changes. */
  onObstacle?: (obstacle: Obstacle) => void;
}

/** Runs the work while this process holds the card. Rejects when the work fails. */
async function workWith(
  deps: HoldCardDeps,
  claim: Claim,
  signal: AbortSignal,
  work: (held: AbortSignal) => Promise<void>,
): Promise<void> {
  const { logger, gpuId } = deps;
  const lost = new AbortController();
  const over = new AbortController();
  const keep = async (): Promise<void> => {
    const why = await keepLease(deps, claim, over.signal);
    if (why === undefined) return;
    logger.warn(`Giving up the card ${gpuId}: ${why}`);
    lost.abort(new Error(why));
  };
  const keeping = keep();
  try {
    await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    over.abort();
    await keeping;
  }
}

/**
 * Makes this process the only holder of a card. There are two locks, because engines do not check where work comes from
 * and Redis may lose data. A kernel lock excludes other processes of this machine, even while its holder is stopped. A
 * lease in Redis excludes processes of other hosts and names the holder; it is renewed three times in its length. Both
 * are taken before `work` begins and released after it has ended. If the lease is lost, the signal of `work` aborts.
 * While another process has the card, this one stands by.
 * @param work uses the card until its signal aborts, and leaves nothing running when it resolves.
 * @throws the error of `work`. The lock and the lease then end only with this process, because parts of the work may
 * still be running.
 */
export async function holdCard(
  deps: HoldCardDeps,
  signal: AbortSignal,
  work: (held: AbortSignal) => Promise<void>,
): Promise<void> {
  const { gpuId, logger } = deps;
  const onObstacle = (obstacle: Obstacle): void => {
    logger[obstacle.severe ? 'error' : 'warn'](obstacle.text);
    deps.onObstacle?.(obstacle);
  };
  // The operator's confirmation applies only to the present state.
  let { takeOver } = deps;
  while (!signal.aborted) {
    const claim = await claimCard({ ...deps, takeOver }, { signal, onObstacle }).catch((error: unknown) => {
      if (signal.aborted) return undefined;
      throw error;
    });
    if (claim === undefined) return;
    takeOver = false;
    const number = claim.lease === undefined ? 'no lease, Redis is away' : `lease number ${claim.lease.holder.counter}`;
    logger.info(`Holding the card ${gpuId} (${number})`);
    await workWith({ ...deps, takeOver }, claim, signal, work);
    // A lease that cannot be released expires.
    if (claim.lease !== undefined) await deps.lease.leave(claim.lease).catch(() => undefined);
    await claim.lock.release();
  }
}
