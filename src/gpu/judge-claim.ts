import { onSameMachine, type Claimant, type Holder } from './holder.ts';

/**
 * `held`: a worker has the lease. `elsewhere`: the lease of a worker on another host has expired, but that worker may
 * still be using the card.
 */
export type Verdict = 'free' | 'held' | 'elsewhere';

/**
 * Decides from the data in Redis whether a card is free.
 * @param facts.leaseHolderGone the process that has the lease has certainly ended.
 * @param facts.takeOver an operator confirms that the last holder no longer uses the card.
 */
export function judgeClaim(
  me: Claimant,
  { lease, last }: { lease: Holder | null; last: Holder | null },
  facts: { leaseHolderGone: boolean; takeOver: boolean },
): Verdict {
  if (lease !== null) return lease.instance === me.instance || facts.leaseHolderGone ? 'free' : 'held';
  // On this machine the kernel lock shows whether the last holder still has the card.
  return last === null || onSameMachine(me, last) || facts.takeOver ? 'free' : 'elsewhere';
}
