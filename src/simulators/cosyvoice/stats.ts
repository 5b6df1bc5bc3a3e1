import { createJournal } from '../journal.ts';
import { mostAtOnce } from '../most-at-once.ts';

/**
 * `completed`: a clean end, whatever was in it. `refused`: answered with 4xx or 5xx. `cut`: the connection broke off
 * from here. `disconnected`: the client left, and the segment in progress was finished. `lost`: the process died.
 */
export type Outcome = 'completed' | 'refused' | 'cut' | 'disconnected' | 'lost';

/** One request to an inference path. Times are milliseconds since 1970. */
export interface RequestRecord {
  number: number;
  method: string;
  path: string;
  /** Text fields as they came. */
  fields: Record<string, string>;
  /** The recording: its file name, size and SHA-256. */
  recording?: { filename: string; bytes: number; sha256: string };
  at: number;
  /** When the model began to work on it; absent when it never did. */
  begunAt?: number;
  /** When the client left. */
  disconnectedAt?: number;
  /** When the model was free of it again, or it was answered without the model. */
  endedAt?: number;
  outcome?: Outcome;
  /** Segments that the model began and finished. */
  segmentsBegun: number;
  segmentsDone: number;
  bytesSent: number;
  /** The model worked on another request at the same time. */
  overlapped: boolean;
}

export interface Stats {
  /** How often the process started. */
  starts: number;
  requests: RequestRecord[];
  /** How often the model began on a `tts_text`. */
  generations: Record<string, number>;
  /** How often a `tts_text` came to its clean end. */
  completed: Record<string, number>;
  /** Requests that the model works on now. */
  running: number;
  /** The most that it worked on at one time. */
  maxRunning: number;
  /** Requests that began while the model worked on another. */
  overlaps: number;
  /** Clients that left before the end. */
  disconnects: number;
}

type Patch = Partial<Omit<RequestRecord, 'number'>>;
type Arrival = Pick<RequestRecord, 'method' | 'path' | 'fields' | 'recording'>;
type Event =
  | { what: 'start' }
  | { what: 'request'; record: RequestRecord }
  | { what: 'change'; number: number; patch: Patch };

const isRunning = ({ begunAt, endedAt }: RequestRecord): boolean => begunAt !== undefined && endedAt === undefined;

function tally(records: readonly RequestRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { fields } of records) counts[fields['tts_text'] ?? ''] = (counts[fields['tts_text'] ?? ''] ?? 0) + 1;
  return counts;
}

/**
 * Counts what happens.
 * @param journal file that events are added to; what it holds already is read first, and its unfinished requests count
 * as lost.
 */
export function createCounters(journal?: string) {
  const records: RequestRecord[] = [];
  let starts = 0;
  const apply = (event: Event): void => {
    if (event.what === 'start') starts++;
    else if (event.what === 'request') records.push(event.record);
    else Object.assign(records[event.number - 1] ?? {}, event.patch);
  };
  const happen = createJournal(journal, apply);
  const change = ({ number }: RequestRecord, patch: Patch): void => happen({ what: 'change', number, patch });
  const end = (record: RequestRecord, outcome: Outcome): void => {
    if (record.endedAt === undefined) change(record, { endedAt: Date.now(), outcome });
  };
  /** The process died: what was unfinished is lost. */
  const lose = (): void => {
    for (const record of records) end(record, 'lost');
  };
  return {
    started: () => {
      lose();
      happen({ what: 'start' });
    },
    request: (given: Arrival): RequestRecord => {
      const record: RequestRecord = {
        ...given,
        number: records.length + 1,
        at: Date.now(),
        segmentsBegun: 0,
        segmentsDone: 0,
        bytesSent: 0,
        overlapped: false,
      };
      happen({ what: 'request', record });
      return record;
    },
    change,
    /** The model begins to work on it. */
    begin: (record: RequestRecord) => change(record, { begunAt: Date.now(), overlapped: records.some(isRunning) }),
    end,
    lose,
    read: (): Stats => ({
      starts,
      requests: structuredClone(records),
      generations: tally(records.filter(({ begunAt }) => begunAt !== undefined)),
      completed: tally(records.filter(({ outcome }) => outcome === 'completed')),
      running: records.filter(isRunning).length,
      maxRunning: mostAtOnce(records.map(({ begunAt, endedAt }) => ({ begin: begunAt, end: endedAt }))),
      overlaps: records.filter(({ overlapped }) => overlapped).length,
      disconnects: records.filter(({ disconnectedAt }) => disconnectedAt !== undefined).length,
    }),
  };
}
export type Counters = ReturnType<typeof createCounters>;
