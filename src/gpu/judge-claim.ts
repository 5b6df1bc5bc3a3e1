import { onSameMachine, type Claimant, type Holder } from './holder.ts';

/** `held`: by a worker whose lease runs. `elsewhere`: by one of another host whose lease is over, which may use the card all the same. */
export type Verdict = 'free' | 'held' | 'elsewhere';

/**
 * Whether a card is there to be taken, as far as Redis tells.
 * @param facts.leaseHolderGone it is certain that the process which has the lease has ended.
 * @param facts.takeOver an operator vouches for it that the last holder does not use the card any more.
 */
export function judgeClaim(
  me: Claimant,
  { lease, last }: { lease: Holder | null; last: Holder | null },
  facts: { leaseHolderGone: boolean; takeOver: boolean },
): Verdict {
  if (lease !== null) return lease.instance === me.instance || facts.leaseHolderGone ? 'free' : 'held';
  // On this machine the kernel's lock tells whether it still has the card.
  return last === null || onSameMachine(me, last) || facts.takeOver ? 'free' : 'elsewhere';
}
