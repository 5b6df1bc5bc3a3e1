import type { CardHealth, PartHealth } from '../contracts/health.ts';
import { PIPELINE, type ServerEngine, TASK_TYPES } from '../contracts/names.ts';
import type { TaskCounts, TaskNumbers } from '../status/task-numbers.ts';
import { BANDS, CLASSES, type Histogram, OUTCOMES, outcomeOf, type TaskTotals } from '../status/task-totals.ts';
import { type Family, histogramSamples } from './exposition.ts';
import type { FamilyName } from './families.ts';

export interface SharedNumbersDeps {
  /** Never rejects. */
  checkHealth: () => Promise<{
    required: Record<string, PartHealth>;
    engines: Record<string, PartHealth>;
    cards: CardHealth[];
  }>;
  taskNumbers: Pick<TaskNumbers, 'totals' | 'counts'>;
  /** When the last complete comparison of all statuses with Temporal began; null if none is known. May reject. */
  lastReconciled: () => Promise<Date | null>;
  /** Tasks that wait for each engine; engines that cannot be counted are left out. May reject. */
  countWaitingForEngines: () => Promise<Partial<Record<ServerEngine, number>>>;
  /** Deliveries of webhooks. May reject. */
  countDeliveries: () => Promise<{ pending: number; failed: number }>;
  now: () => Date;
}

/** The parts whose state Temporal tells. */
const WORKERS: readonly string[] = ['gpu_worker', 'control_worker'];
const NO_HISTOGRAM: Histogram = { counts: [], seconds: 0 };
const WORK_TYPES = [...TASK_TYPES, PIPELINE] as const;

const one = (name: FamilyName, value: number): Family => ({ name, values: [{ labels: {}, value }] });
const secondsSince = (time: Date, now: Date): number => Math.max(0, (now.getTime() - time.getTime()) / 1000);
const orNothing = <T>(read: Promise<T>): Promise<T | null> => read.catch(() => null);
const bit = (is: boolean): number => (is ? 1 : 0);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const cardLabels = ({ gpu_id: gpuId, holder: { host } }: CardHealth) => ({ gpu_id: gpuId, host });

function healthFamilies({ required, engines, cards }: Awaited<ReturnType<SharedNumbersDeps['checkHealth']>>): Family[] {
  const temporal = required['temporal'];
  const paused = temporal?.['paused'];
  const known = Object.entries(required).filter(([part]) => temporal?.ok === true || !WORKERS.includes(part));
  return [
    { name: 'gpumw_up', values: known.map(([part, { ok }]) => ({ labels: { part }, value: bit(ok) })) },
    {
      name: 'gpumw_engine_up',
      values: Object.entries(engines).map(([engine, { ok }]) => ({ labels: { engine }, value: bit(ok) })),
    },
    ...(paused === undefined ? [] : [one('gpumw_queue_paused', bit(paused !== null))]),
    {
      name: 'gpumw_card_held',
      values: cards.map((card) => ({ labels: cardLabels(card), value: bit(card.lease === 'held') })),
    },
    {
      name: 'gpumw_card_held_since_timestamp_seconds',
      values: cards.map((card) => ({ labels: cardLabels(card), value: Date.parse(card.holder.since) / 1000 })),
    },
  ];
}

function countFamilies({ waiting, running }: TaskCounts, now: Date): Family[] {
  const places = TASK_TYPES.flatMap((taskType) =>
    BANDS.map((band) => ({
      labels: { task_type: taskType, priority_band: band },
      found: waiting.find((row) => row.taskType === taskType && row.band === band),
    })),
  );
  return [
    { name: 'gpumw_queue_tasks', values: places.map(({ labels, found }) => ({ labels, value: found?.count ?? 0 })) },
    {
      name: 'gpumw_queue_oldest_seconds',
      values: places.map(({ labels, found }) => ({ labels, value: found ? secondsSince(found.oldest, now) : 0 })),
    },
    {
      name: 'gpumw_running_tasks',
      values: TASK_TYPES.map((taskType) => ({
        labels: { task_type: taskType },
        value: running.find((row) => row.taskType === taskType)?.count ?? 0,
      })),
    },
  ];
}

const histogram = (name: FamilyName, labels: Record<string, string>, found: Histogram = NO_HISTOGRAM) =>
  histogramSamples(name, labels, { ...found, classes: CLASSES });

/** Numbers that have not been counted yet are 0, so that Prometheus sees their first increase. */
function totalFamilies({ ended, attempts, waits, runs, chunks, deliveries }: TaskTotals): Family[] {
  return [
    {
      name: 'gpumw_tasks_finished_total',
      values: WORK_TYPES.flatMap((taskType) =>
        OUTCOMES.map((outcome) => ({
          labels: { task_type: taskType, outcome },
          value: sum(
            ended
              .filter((row) => row.taskType === taskType && outcomeOf(row.error ?? 'completed') === outcome)
              .map(({ count }) => count),
          ),
        })),
      ),
    },
    {
      name: 'gpumw_task_errors_total',
      values: WORK_TYPES.flatMap((taskType) => {
        const mine = ended.filter((row) => row.taskType === taskType);
        // Lost tasks are rare and bad, so even their first increase must be seen.
        const codes = new Set(['task_lost' as const, ...mine.flatMap(({ error }) => error ?? [])]);
        return [...codes].map((code) => ({
          labels: { task_type: taskType, code },
          value: sum(mine.filter(({ error }) => error === code).map(({ count }) => count)),
        }));
      }),
    },
    {
      name: 'gpumw_task_attempts_total',
      values: TASK_TYPES.map((taskType) => ({
        labels: { task_type: taskType },
        value: attempts.find((row) => row.taskType === taskType)?.count ?? 0,
      })),
    },
    {
      name: 'gpumw_queue_wait_seconds',
      values: TASK_TYPES.flatMap((taskType) =>
        BANDS.flatMap((band) => {
          const found = waits.find((row) => row.taskType === taskType && row.band === band)?.histogram;
          return histogram('gpumw_queue_wait_seconds', { task_type: taskType, priority_band: band }, found);
        }),
      ),
    },
    {
      name: 'gpumw_task_duration_seconds',
      values: TASK_TYPES.flatMap((taskType) =>
        OUTCOMES.flatMap((outcome) => {
          const found = runs.find((row) => row.taskType === taskType && row.outcome === outcome)?.histogram;
          return histogram('gpumw_task_duration_seconds', { task_type: taskType, outcome }, found);
        }),
      ),
    },
    {
      name: 'gpumw_render_chunks_total',
      values: Object.entries(chunks).map(([source, value]) => ({ labels: { source }, value })),
    },
    {
      name: 'gpumw_webhook_deliveries_total',
      values: Object.entries(deliveries).map(([outcome, value]) => ({ labels: { outcome }, value })),
    },
  ];
}

/**
 * The numbers that all API processes share. What cannot be read now is left out; nothing is repeated from earlier.
 * Never rejects.
 */
export function createSharedNumbers(deps: SharedNumbersDeps): () => Promise<Family[]> {
  return async () => {
    const [health, counts, totals, reconciled, waiting, webhooks] = await Promise.all([
      deps.checkHealth(),
      orNothing(deps.taskNumbers.counts()),
      orNothing(deps.taskNumbers.totals()),
      orNothing(deps.lastReconciled()),
      orNothing(deps.countWaitingForEngines()),
      orNothing(deps.countDeliveries()),
    ]);
    const now = deps.now();
    // A Redis that refuses writes answers with old numbers.
    const redisIsRight = health.required['redis']?.ok === true;
    return [
      ...healthFamilies(redisIsRight ? health : { ...health, cards: [] }),
      {
        name: 'gpumw_engine_waiting_tasks',
        values: Object.entries(waiting ?? {}).map(([engine, value]) => ({ labels: { engine }, value })),
      },
      {
        name: 'gpumw_webhooks',
        values: Object.entries(webhooks ?? {}).map(([state, value]) => ({ labels: { state }, value })),
      },
      ...(redisIsRight && counts !== null ? countFamilies(counts, now) : []),
      ...(redisIsRight && totals !== null ? totalFamilies(totals) : []),
      ...(redisIsRight && reconciled !== null
        ? [one('gpumw_reconciler_lag_seconds', secondsSince(reconciled, now))]
        : []),
    ];
  };
}
