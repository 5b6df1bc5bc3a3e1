import { PIPELINE } from '../contracts/names.ts';
import type { TaskStatusBody } from '../contracts/task-status.ts';
import type { TaskForecast } from './wait-forecast.ts';
import { isFinal, type StatusRecord } from './record.ts';
import { taskLinks } from './task-links.ts';

/** The fields that say when a task will run and why it waits. A running task keeps its phase. */
function forecastFields(
  { position, eta, pause, obstacle }: TaskForecast,
  inHand: boolean,
): Pick<TaskStatusBody, 'queue_position' | 'eta_seconds'> & Partial<Pick<TaskStatusBody, 'phase' | 'waiting'>> {
  const estimate = { queue_position: position, eta_seconds: eta };
  if (pause === null) {
    if (obstacle === null) return estimate;
    const waiting = { for: 'worker' as const, since: null, ...obstacle };
    return { ...estimate, ...(inHand ? {} : { phase: 'waiting for a worker' }), waiting };
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
    ...forecastFields(forecast, record.status === 'processing' && record.taskType !== PIPELINE),
    links: taskLinks(taskId, record),
  };
}
