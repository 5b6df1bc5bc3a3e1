import { setTimeout as delay } from 'node:timers/promises';
import type { TaskType } from '../contracts/names.ts';
import type { TaskResult, TaskStatusBody } from '../contracts/task.ts';
import type { Logger } from '../logging.ts';

const POLL_MS = 500;
const STEP_PERCENT = 10;

async function answerOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`The API answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

/** Says the phase whenever it changes, and the progress in steps. */
function createProgress(name: string, logger: Logger): (body: TaskStatusBody) => void {
  let said = '';
  return ({ status, phase, progress }) => {
    const step = Math.floor((progress * 100) / STEP_PERCENT) * STEP_PERCENT;
    const line = `${phase}${status === 'processing' && step > 0 ? `, ${step} %` : ''}`;
    if (line !== said) logger.info(`Demo: ${name} ${line}`);
    said = line;
  };
}

/**
 * Does what any client does: submits a task over HTTP and polls until it has ended.
 * @throws Error with the code, message and hint of a failed task.
 */
export async function runTask<T extends TaskType>(options: {
  apiUrl: string;
  /** What it makes, for people. */
  name: string;
  body: { task_type: T; [more: string]: unknown };
  logger: Logger;
  signal: AbortSignal;
}): Promise<TaskResult<T>> {
  const { apiUrl, name, body, logger, signal } = options;
  const submitted = await fetch(`${apiUrl}/submit_task`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  const { task_id: taskId } = await answerOf<{ task_id: string }>(submitted);
  logger.info(`Demo: ${name} submitted, task ${taskId}`);
  const show = createProgress(name, logger);
  for (;;) {
    const status = await answerOf<TaskStatusBody>(await fetch(`${apiUrl}/task_status/${taskId}`, { signal }));
    show(status);
    const { result } = status;
    if (result !== null && 'error' in result)
      throw new Error(`The task failed (${result.error.code}): ${result.error.message}\n${result.error.hint}`);
    if (status.status === 'completed' && result !== null) return result as TaskResult<T>;
    await delay(POLL_MS, undefined, { signal });
  }
}
