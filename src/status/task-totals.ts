import { DAY_MS, isWorkType, type TaskStatus, type WorkType } from '../contracts/names.ts';
import { type ErrorCode, isErrorCode } from '../errors.ts';
import { isFinal, type StatusRecord } from './record.ts';

/** The upper bounds of the classes of a duration, in seconds. */
export const CLASSES = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600] as const;
/** Priorities in bands of 25; the last one includes 100. */
export const BANDS = ['0-24', '25-49', '50-74', '75-100'] as const;
export type Band = (typeof BANDS)[number];

/** How tasks end. A terminated task counts as cancelled. */
export const OUTCOMES = ['completed', 'failed', 'cancelled'] as const;
export type TaskOutcome = (typeof OUTCOMES)[number];
/** @param word `completed`, or the code of an error. */
export const outcomeOf = (word: string): TaskOutcome =>
  word === 'completed' ? word : word === 'cancelled' || word === 'terminated' ? 'cancelled' : 'failed';
const isOutcome = (text: string): text is TaskOutcome => (OUTCOMES as readonly string[]).includes(text);

/** The outcomes of tries to deliver a webhook. */
export const DELIVERIES = ['delivered', 'failed'] as const;
export type Delivery = (typeof DELIVERIES)[number];

/** An end that is written later than this does not count. Records are kept longer, so none counts twice. */
const LATE_MS = DAY_MS;

function ms(time: string | null | undefined): number | '' {
  const parsed = Date.parse(time ?? '');
  return Number.isNaN(parsed) ? '' : parsed;
}

/** The code of a failed task; `completed` for all others. */
function wordOf({ status, result }: Partial<StatusRecord>): string {
  if (status !== 'failed') return 'completed';
  return result != null && 'error' in result ? result.error.code : 'internal_error';
}

/** What an end adds to the totals besides itself. */
function moreOf({ taskType, attempts, result }: Partial<StatusRecord>): Record<string, number> {
  const film = result != null && 'reused_chunks' in result ? result : null;
  return {
    ...(taskType === undefined || attempts === undefined ? {} : { [`attempts:${taskType}`]: attempts }),
    ...(film === null ? {} : { 'chunks:reused': film.reused_chunks, 'chunks:drawn': film.chunks - film.reused_chunks }),
  };
}

/**
 * The arguments of write-status.lua about the totals: when the first attempt started, when the task ended, the word
 * under which the end counts, its outcome, and what it adds.
 */
export function countedEnd(
  record: Partial<StatusRecord> & { status: TaskStatus },
  now: number,
): [started: number | '', ended: number | '', word: string, outcome: TaskOutcome, more: string] {
  const ended = isFinal(record.status) ? ms(record.finishedAt) : '';
  const isRecent = ended !== '' && now - ended < LATE_MS;
  const word = wordOf(record);
  const more = isRecent ? JSON.stringify(moreOf(record)) : '{}';
  return [ms(record.startedAt), isRecent ? ended : '', word, outcomeOf(word), more];
}

/** How many durations are in each class, without those of smaller classes. `counts` has one place more than `CLASSES`. */
export interface Histogram {
  counts: number[];
  seconds: number;
}

/** What has happened since Redis has had data. */
export interface TaskTotals {
  /** `other`: an error of another version of the middleware. */
  ended: { taskType: WorkType; error: ErrorCode | 'other' | null; count: number }[];
  attempts: { taskType: WorkType; count: number }[];
  /** From the arrival in the queue to the start of an attempt. */
  waits: { taskType: WorkType; band: Band; histogram: Histogram }[];
  /** From the start of the first attempt to the end of the task. */
  runs: { taskType: WorkType; outcome: TaskOutcome; histogram: Histogram }[];
  chunks: { drawn: number; reused: number };
  deliveries: Record<Delivery, number>;
}

/** The place of a class; an earlier version may have had other ones. */
function placeOf(name: string): number {
  const place = CLASSES.findIndex((bound) => Number(name) <= bound);
  return place === -1 ? CLASSES.length : place;
}

/** The totals from the fields of their hash. Fields of other versions are left out. */
export function totalsFrom(fields: Readonly<Record<string, string>>): TaskTotals {
  const totals: TaskTotals = {
    ended: [],
    attempts: [],
    waits: [],
    runs: [],
    chunks: { drawn: Number(fields['chunks:drawn'] ?? 0), reused: Number(fields['chunks:reused'] ?? 0) },
    deliveries: { delivered: 0, failed: 0 },
  };
  for (const delivery of DELIVERIES) totals.deliveries[delivery] = Number(fields[`webhook:${delivery}`] ?? 0);
  const histograms = new Map<string, Histogram>();
  const note = (key: string, name: string, number: number, add: (histogram: Histogram) => void): void => {
    let histogram = histograms.get(key);
    if (histogram === undefined) {
      histogram = { counts: [...CLASSES, 0].map(() => 0), seconds: 0 };
      histograms.set(key, histogram);
      add(histogram);
    }
    if (name === 'ms') histogram.seconds = number / 1000;
    else histogram.counts[placeOf(name)] = (histogram.counts[placeOf(name)] ?? 0) + number;
  };
  for (const [field, value] of Object.entries(fields)) {
    const [kind, taskType = '', which = '', name = ''] = field.split(':');
    const number = Number(value);
    if (!isWorkType(taskType)) continue;
    if (kind === 'end')
      totals.ended.push({
        taskType,
        error: which === 'completed' ? null : isErrorCode(which) ? which : 'other',
        count: number,
      });
    if (kind === 'attempts') totals.attempts.push({ taskType, count: number });
    const band = BANDS[Number(which)];
    const key = `${kind}:${taskType}:${which}`;
    if (kind === 'wait' && band !== undefined)
      note(key, name, number, (histogram) => totals.waits.push({ taskType, band, histogram }));
    if (kind === 'run' && isOutcome(which))
      note(key, name, number, (histogram) => totals.runs.push({ taskType, outcome: which, histogram }));
  }
  return totals;
}
