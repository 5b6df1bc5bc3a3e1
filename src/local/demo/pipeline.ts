import { setTimeout as delay } from 'node:timers/promises';
import type { PipelineStatus } from '../../contracts/pipeline.ts';
import type { TaskStatusBody } from '../../contracts/task-status.ts';
import { createProgress } from './progress.ts';

const POLL_MS = 500;

async function answerOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`The API answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}

/**
 * Works like any client: submits a pipeline over HTTP and polls until it has ended.
 * @param say prints one line about the progress.
 * @throws Error with the code, message and hint of a failed pipeline.
 */
export async function runPipeline(options: {
  apiUrl: string;
  body: object;
  say: (line: string) => void;
  signal: AbortSignal;
}): Promise<PipelineStatus> {
  const { apiUrl, body, say, signal } = options;
  const submitted = await fetch(`${apiUrl}/submit_pipeline`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  const { task_id: pipelineId } = await answerOf<{ task_id: string }>(submitted);
  say(`submitted, pipeline ${pipelineId}`);
  const show = createProgress(say);
  for (;;) {
    const status = await answerOf<TaskStatusBody>(await fetch(`${apiUrl}/task_status/${pipelineId}`, { signal }));
    const result = status.result as PipelineStatus | null;
    if (result !== null) show(result);
    const error = result?.error;
    if (error !== undefined) throw new Error(`The pipeline failed (${error.code}): ${error.message}\n${error.hint}`);
    if (status.status === 'completed' && result !== null) return result;
    await delay(POLL_MS, undefined, { signal });
  }
}
