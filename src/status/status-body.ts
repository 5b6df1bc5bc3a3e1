import { PIPELINE } from '../contracts/names.ts';
import type { SecondsRange } from '../contracts/queue.ts';
import type { TaskStatusBody } from '../contracts/task-status.ts';
import type { TaskForecast } from './wait-forecast.ts';
import { isFinal, type StatusRecord } from './record.ts';
import { taskLinks } from './task-links.ts';

type Waiting = NonNullable<TaskStatusBody['waiting']>;

const seconds = ({ min, max }: SecondsRange): string => (min === max ? `${min} s` : `${min} to ${max} s`);

/** Why a task waits that has nothing to wait for but its turn. */
function turnWait(record: StatusRecord, { position, eta, serverAway }: TaskForecast): Waiting {
  const since = record.queuedAt ?? record.createdAt;
  const shared = { for: 'turn' as const, since };
  if (serverAway === true)
    return {
      ...shared,
      reason: 'It waits for its turn, and the Temporal server, which starts the tasks, does not answer',
      hint: 'It keeps its place. For the operator: start Temporal with `docker compose up temporal -d` or `npm start`.',
    };
  const whose = record.taskType === PIPELINE ? 'The pipeline waits for the turn of its steps' : 'It waits for its turn';
  const before = position === null ? '' : position === 1 ? ': it is the next one' : `: ${position - 1} run before it`;
  const start = eta === null ? '' : `; it starts in about ${seconds(eta)}`;
  const hint =
    position === null
      ? 'Its place in the queue is not known at the moment.'
      : 'GET /queue shows what runs and what waits. A task with a higher priority runs earlier.';
  return { ...shared, reason: `${whose}${before}${start}`, hint };
}

/** The fields that say when a task will run and why it waits. A running task keeps its phase. */
function forecastFields(
  record: StatusRecord,
  forecast: TaskForecast,
): Pick<TaskStatusBody, 'queue_position' | 'eta_seconds'> & Partial<Pick<TaskStatusBody, 'phase' | 'waiting'>> {
  const { position, eta, pause, obstacle } = forecast;
  const inHand = record.status === 'processing' && record.taskType !== PIPELINE;
  const estimate = { queue_position: position, eta_seconds: eta };
  if (pause === null) {
    if (obstacle !== null) {
      const waiting = { for: 'worker' as const, since: null, ...obstacle };
      return { ...estimate, ...(inHand ? {} : { phase: 'waiting for a worker' }), waiting };
    }
    // Only a task that waits for its turn has this field.
    if (forecast.serverAway === undefined) return estimate;
    return { ...estimate, waiting: turnWait(record, forecast) };
  }
  const { by, since, reason } = pause;
  const waiting = {
    for: 'resume' as const,
    since,
    reason: `The queue was paused by ${by}: ${reason}`,
    hint: 'Nothing is lost in the meantime. For the operator: POST /queue/resume ends the pause.',
  };
  return { ...estimate, phase: 'paused', waiting };
}

const NO_FORECAST: TaskForecast = { position: null, eta: null, pause: null, obstacle: null };

/** The record as the answer to `GET /task_status/{task_id}`. */
export function statusBody(taskId: string, record: StatusRecord, forecast: TaskForecast = NO_FORECAST): TaskStatusBody {
  const error = record.result !== null && 'error' in record.result ? { error: record.result.error.message } : {};
  return {
    status: record.status,
    result: record.result,
    ...error,
    done: isFinal(record.status),
    task_id: taskId,
    task_type: record.taskType,
    priority: record.priority,
    client: record.client,
    tags: record.tags,
    metadata: record.metadata,
    created_at: record.createdAt,
    started_at: record.startedAt,
    finished_at: record.finishedAt,
    progress: record.progress,
    phase: record.phase,
    stage: record.status === 'processing' ? (record.stage ?? null) : null,
    attempts: record.attempts,
    waiting: record.waiting,
    ...forecastFields(record, forecast),
    links: taskLinks(taskId, record),
  };
}
