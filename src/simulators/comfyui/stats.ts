import { createJournal } from '../journal.ts';
import { mostAtOnce } from '../most-at-once.ts';
import type { Prompt } from './queue/prompt.ts';

export type Outcome = 'success' | 'error' | 'interrupted' | 'removed' | 'lost';

/** One submission. The same `prompt_id` submitted again is another one. */
export interface Submission {
  id: string;
  number: number;
  clientId?: string;
  extraData: Record<string, unknown>;
  /** Milliseconds since 1970, by this machine's clock; all times here. */
  submittedAt: number;
  startedAt?: number;
  endedAt?: number;
  outcome?: Outcome;
  /** All of its outputs came from the cache. */
  cached?: boolean;
}

export interface Stats {
  submissions: Submission[];
  /** Runs that reached their end with success and were not answered from the cache. */
  executedToEnd: number;
  /** The same by `prompt_id`. */
  executions: Record<string, number>;
  /** The most that were waiting or running at one time. */
  maxUnfinished: number;
  /** By how they came: `/interrupt` without an id (`bare`), with one, or the job routes. */
  interrupts: { bare: number; targeted: number; cancels: number };
  /** `POST /queue` with `clear`. */
  queueClears: number;
  uploads: number;
  downloads: number;
  historyDeletes: number;
  freeCalls: number;
  /** How often the process started. */
  starts: number;
}

const noCounts = () => ({
  bare: 0,
  targeted: 0,
  cancels: 0,
  queueClears: 0,
  uploads: 0,
  downloads: 0,
  historyDeletes: 0,
  freeCalls: 0,
  starts: 0,
});
type Count = keyof ReturnType<typeof noCounts>;

type Event =
  | { what: 'submitted'; submission: Submission }
  | { what: 'started' | 'ended'; index: number; at: number; outcome?: Outcome; cached?: boolean }
  | { what: 'count'; name: Count };

function summary(submissions: Submission[], counts: Record<Count, number>): Stats {
  const whole = submissions.filter(({ outcome, cached }) => outcome === 'success' && cached !== true);
  const executions: Record<string, number> = {};
  for (const { id } of whole) executions[id] = (executions[id] ?? 0) + 1;
  const { bare, targeted, cancels, ...rest } = counts;
  return {
    submissions: submissions.map((one) => ({ ...one })),
    executedToEnd: whole.length,
    executions,
    maxUnfinished: mostAtOnce(submissions.map(({ submittedAt, endedAt }) => ({ begin: submittedAt, end: endedAt }))),
    interrupts: { bare, targeted, cancels },
    ...rest,
  };
}

/**
 * Counts what happens.
 * @param journal file that events are added to; what it holds already is read first, and its unfinished prompts count
 * as lost.
 */
export function createCounters(journal?: string) {
  const submissions: Submission[] = [];
  const counts = noCounts();
  const apply = (event: Event): void => {
    if (event.what === 'submitted') submissions.push(event.submission);
    else if (event.what === 'count') counts[event.name]++;
    else {
      const one = submissions[event.index];
      if (one === undefined) return;
      if (event.what === 'started') one.startedAt = event.at;
      else Object.assign(one, { endedAt: event.at, outcome: event.outcome, ...(event.cached && { cached: true }) });
    }
  };
  const happen = createJournal(journal, apply);
  for (const [index, one] of submissions.entries())
    if (one.outcome === undefined) happen({ what: 'ended', index, at: Date.now(), outcome: 'lost' });

  return {
    /** @returns how later events name it. */
    submitted: ({ id, number, extraData }: Prompt): number => {
      const clientId = extraData['client_id'];
      const submission = {
        id,
        number,
        extraData,
        submittedAt: Date.now(),
        ...(typeof clientId === 'string' && { clientId }),
      };
      happen({ what: 'submitted', submission });
      return submissions.length - 1;
    },
    started: (index: number) => happen({ what: 'started', index, at: Date.now() }),
    ended: (index: number, outcome: Outcome, cached?: boolean) =>
      happen({ what: 'ended', index, at: Date.now(), outcome, ...(cached && { cached }) }),
    count: (name: Count) => happen({ what: 'count', name }),
    read: (): Stats => summary(submissions, counts),
  };
}
export type Counters = ReturnType<typeof createCounters>;
