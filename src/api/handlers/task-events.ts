import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { TaskStatusBody } from '../../contracts/task-status.ts';
import { AppError, messageOf, type ErrorBody } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import { isFinal, type StatusRecord } from '../../status/record.ts';
import type { StatusChanges } from '../../status/status-changes.ts';
import type { ApiRequest, WrittenResponse } from '../route.ts';
import { taskIdOf } from './task-id.ts';
import { describeStatus, type LookAhead } from './task-status.ts';

export interface TaskEventsDeps extends LookAhead {
  /** A task's record; null if no task has this id. @throws {AppError} `status_unavailable` */
  readStatus: (taskId: string) => Promise<StatusRecord | null>;
  changes: Pick<StatusChanges, 'watch' | 'isLive'>;
  logger: Logger;
}

/** Proxies often close a connection that is silent for a minute. */
const HEARTBEAT_MS = 15_000;

/** Equal for equal statuses, so that a client that reconnects does not get the same status again. */
const idOf = (data: string): string => createHash('sha256').update(data).digest('base64url').slice(0, 16);

/** Resolves when the client can receive more, or has disconnected. */
async function send(response: ServerResponse, text: string, closed: AbortSignal): Promise<void> {
  if (!response.write(text)) await once(response, 'drain', { signal: closed }).catch(() => undefined);
}

/**
 * `GET /tasks/{task_id}/events`: sends the status at once and after each change, as Server-Sent Events, until the task
 * has ended.
 */
export function createTaskEvents(deps: TaskEventsDeps) {
  const { changes, readStatus } = deps;
  /** @throws {AppError} `events_unavailable`, `task_not_found`, `status_unavailable` */
  async function read(taskId: string): Promise<TaskStatusBody> {
    if (!changes.isLive()) throw new AppError('events_unavailable');
    const record = await readStatus(taskId);
    if (record === null) throw new AppError('task_not_found', taskId);
    return describeStatus(deps, taskId, record);
  }

  return async ({ params, headers, closed = new AbortController().signal }: ApiRequest): Promise<WrittenResponse> => {
    const taskId = taskIdOf(params);
    const lastId = headers['last-event-id'];
    const first = await read(taskId);
    // A browser reconnects when a stream ends, unless the server says that there are no more events.
    if (isFinal(first.status) && idOf(JSON.stringify(first)) === lastId)
      return { status: 204, write: (_request, response) => void response.end() };
    const watch = changes.watch(taskId, closed);
    if (watch === null) throw new AppError('busy');
    const write = async (response: ServerResponse): Promise<void> => {
      let sent = lastId;
      let heardAt = performance.now();
      for (;;) {
        const body = await read(taskId);
        const data = JSON.stringify(body);
        const id = idOf(data);
        const isDue = performance.now() - heardAt >= HEARTBEAT_MS;
        const text = id !== sent ? `id: ${id}\nevent: status\ndata: ${data}\n\n` : isDue ? ': no change\n\n' : '';
        if (text !== '') {
          await send(response, text, closed);
          heardAt = performance.now();
        }
        sent = id;
        if (isFinal(body.status) || watch.isOver()) return;
        await watch.next(HEARTBEAT_MS);
      }
    };
    return {
      status: 200,
      headers: { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' },
      async write({ method }, response) {
        try {
          response.flushHeaders();
          if (method !== 'HEAD') await write(response);
        } catch (error) {
          const isOurs = error instanceof AppError;
          if (!isOurs) deps.logger.error(`❌ Events of ${taskId}: ${messageOf(error)}`);
          const told: ErrorBody = (isOurs ? error : new AppError('internal_error')).body;
          response.write(`event: error\ndata: ${JSON.stringify(told)}\n\n`);
        } finally {
          watch.stop();
          response.end();
        }
      },
    };
  };
}
