import { cutMessage } from '../text/cut-text.ts';
import { cached } from './cached.ts';
import type { StatusStore } from './status-store.ts';

/** No task has this id. */
const PROBE_ID = 'write-probe';
const FRESH_MS = 1000;

/** What Redis says when it answers and takes no writes, with what to do, for the operator. */
const REASONS: Readonly<Record<string, string>> = {
  READONLY: 'it is a replica; name its primary',
  MISCONF: 'it cannot save to its disk; free space there',
  NOREPLICAS: 'it has fewer replicas than its min-replicas-to-write; start them',
  OOM: 'its memory is full; raise its maxmemory',
  NOPERM: 'its user lacks rights that statuses need; docs/operations.md lists them',
  BUSY: 'a script keeps it busy; SCRIPT KILL ends that',
  MASTERDOWN: 'it is a replica that has lost its primary; name the primary',
  LOADING: 'it loads its data; wait',
};

const LONGEST_REASON = 200;

/** Older ones say it in the midst of what a script failed with. */
const CODES = new RegExp(`\\b(${Object.keys(REASONS).join('|')})\\b`);

/** What a script says whose user may run scripts and not what they do. */
const NO_RIGHT = /user executing the script can't/;

/**
 * Why a Redis refuses to have statuses written, tried with the very script that writes them, so that the same rights are needed; null where
 * it takes them, and where it does not answer at all. Looked at once in a second at most.
 */
export function createWritesRefused({ write }: Pick<StatusStore, 'write'>): () => Promise<string | null> {
  const look = async (): Promise<string | null> => {
    try {
      await write(PROBE_ID, { runStartedAt: 0, attempt: 0 }, { status: 'completed' });
      return null;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ReplyError') return null;
      const code = NO_RIGHT.test(error.message) ? 'NOPERM' : CODES.exec(error.message)?.[0];
      return REASONS[code ?? ''] ?? cutMessage(error.message, LONGEST_REASON);
    }
  };
  const probe = cached(look, FRESH_MS);
  return () => probe.get();
}
