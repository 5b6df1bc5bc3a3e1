import { cutMessage } from '../text/cut-text.ts';
import { cached } from './cached.ts';
import type { StatusStore } from './status-store.ts';

/** No task has this id. */
const PROBE_ID = 'write-probe';
const FRESH_MS = 1000;

/** The error codes with which Redis refuses writes, and the remedy for the operator. */
const REASONS: Readonly<Record<string, string>> = {
  READONLY: 'it is a replica; name its primary',
  MISCONF: 'it cannot save to its disk; free space there',
  NOREPLICAS: 'it has fewer replicas than its min-replicas-to-write; start them',
  OOM: 'its memory is full; raise its maxmemory',
  NOPERM: 'its user lacks rights that statuses need; docs/operations.md lists them',
  BUSY: 'a script keeps it busy; SCRIPT KILL ends the script',
  MASTERDOWN: 'it is a replica that has lost its primary; name the primary',
  LOADING: 'it is loading its data; wait',
};

const LONGEST_REASON = 200;

/** An older Redis has the code in the middle of a script's error. */
const CODES = new RegExp(`\\b(${Object.keys(REASONS).join('|')})\\b`);

/** The error if the user may run scripts, but not the commands in them. */
const NO_RIGHT = /user executing the script can't/;

/**
 * Why Redis refuses to store statuses; null while it stores them, and while it does not answer. The check runs the
 * script that writes statuses, because it needs the same rights; at most once a second.
 */
export function createRedisWriteRefusal({ write }: Pick<StatusStore, 'write'>): () => Promise<string | null> {
  const tryToWrite = async (): Promise<string | null> => {
    try {
      await write(PROBE_ID, { runStartedAt: 0, attempt: 0 }, { status: 'completed' });
      return null;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ReplyError') return null;
      const code = NO_RIGHT.test(error.message) ? 'NOPERM' : CODES.exec(error.message)?.[0];
      return REASONS[code ?? ''] ?? cutMessage(error.message, LONGEST_REASON);
    }
  };
  const probe = cached(tryToWrite, FRESH_MS);
  return () => probe.get();
}
