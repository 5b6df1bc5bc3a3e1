import { fieldErrors } from '../../contracts/fields.ts';
import { taskEventsSchema } from '../../contracts/events.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import type { ChangeFeed, TaskChange } from '../../status/change-feed.ts';
import type { ChangeLog } from '../../status/change-log.ts';
import { taskIdsOf } from '../../status/compose-pipeline.ts';
import { isFinal } from '../../status/record.ts';
import { formatId, readId, type EventPlace } from '../events/event-id.ts';
import { formatEvent } from '../events/event-writer.ts';
import type { Outbox } from '../events/outbox.ts';
import { createPreviews } from '../events/previews.ts';
import { createReadLater } from '../events/read-later.ts';
import { requireEvents, type StreamSource } from '../events/run-stream.ts';
import type { StatusTeller, ToldStatus } from '../events/status-teller.ts';
import { streamAnswer } from '../events/stream-answer.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, WrittenResponse } from '../route.ts';
import { taskIdOf } from './task-id.ts';

export interface StreamHandlerDeps {
  feed: ChangeFeed;
  log: ChangeLog;
  teller: StatusTeller;
  /** See `createQueueTicks`. */
  onQueueTick: (listener: () => void) => () => void;
  /** Takes a place for a stream of a client. @throws {AppError} `too_many_streams`, `streams_full` */
  takePlace: (client: string) => () => void;
  logger: Logger;
}

/** The events of one task, or of a pipeline and its steps, until it has ended. */
function followTask(
  { feed, log, teller, onQueueTick }: StreamHandlerDeps,
  taskId: string,
  { begin, previews }: { begin: EventPlace; previews: boolean },
): StreamSource {
  const place = { ...begin };
  const looks = createPreviews(feed);
  let steps: ReadonlySet<string> = new Set();
  let told: ToldStatus | undefined;
  const later = createReadLater(teller);
  let stopTicks: (() => void) | undefined;

  const putStatus = (outbox: Outbox, id = ''): void => outbox.put({ kind: 'status', taskId, id });
  const readAgain = (outbox: Outbox): void => {
    teller.forget(taskId);
    putStatus(outbox);
  };
  async function tell(outbox: Outbox): Promise<ToldStatus> {
    const found = await teller.tell(taskId);
    if (found === null) throw new AppError('task_not_found', taskId);
    steps = new Set((found.record.plan ?? []).flatMap((step) => taskIdsOf(taskId, step)));
    if (previews) looks.update(taskId, found.record, outbox);
    return (told = found);
  }

  const onChange = (change: TaskChange, outbox: Outbox): void => {
    const isStep = steps.has(change.taskId);
    if (change.taskId !== taskId && !isStep) return;
    if (change.note !== null) return outbox.put({ kind: 'note', taskId: change.taskId, id: change.id, ...change.note });
    if (!isStep) return putStatus(outbox, change.id);
    if (previews) outbox.put({ kind: 'status', taskId: change.taskId, id: '' });
    later.read(taskId, outbox);
  };

  return {
    async open(outbox) {
      await tell(outbox);
      const missed = begin.change === '' ? null : await log.since(begin.change);
      for (const change of missed ?? []) if (change.note !== null) onChange(change, outbox);
      if (missed === null) place.change = await log.latest();
      putStatus(outbox);
      stopTicks = onQueueTick(() => {
        if (told?.body.status === 'pending') readAgain(outbox);
      });
    },
    onChange,
    onIdle: (outbox) => putStatus(outbox),
    async deliver(item, outbox) {
      if (item.kind === 'queue' || item.kind === 'reset') return null;
      if (item.kind === 'preview') return { event: item.event };
      if (item.id !== '') place.change = item.id;
      if (item.kind === 'note') return { event: formatEvent(item.event, item.data, formatId(place)) };
      if (item.taskId !== taskId) {
        const step = await teller.tell(item.taskId);
        if (step !== null) looks.update(item.taskId, step.record, outbox);
        return null;
      }
      const { body, data, hash } = await tell(outbox);
      const isLast = isFinal(body.status);
      // What came before the end is sent before it.
      if (isLast && outbox.hasNotes()) {
        putStatus(outbox);
        return null;
      }
      const isNew = hash !== place.hash;
      place.hash = hash;
      return { event: isNew ? formatEvent('status', data, formatId(place)) : null, isLast };
    },
    close() {
      later.close();
      stopTicks?.();
      looks.close();
    },
  };
}

/**
 * `GET /tasks/{task_id}/events`: sends the status at once and after each change, with files, warnings and previews, as
 * Server-Sent Events, until the task has ended.
 */
export function createTaskEvents(deps: StreamHandlerDeps) {
  return async (request: ApiRequest): Promise<WrittenResponse> => {
    const { params, query, headers, caller, closed = new AbortController().signal } = request;
    const taskId = taskIdOf(params);
    const asked = taskEventsSchema.safeParse(query);
    if (!asked.success) throw refusal(fieldErrors(asked.error));
    await requireEvents(deps.feed, headers);
    const first = await deps.teller.tell(taskId);
    if (first === null) throw new AppError('task_not_found', taskId);
    const begin = readId(headers['last-event-id']);
    // A browser reconnects when a stream ends, unless the server says that there are no more events.
    if (isFinal(first.body.status) && first.hash === begin.hash)
      return { status: 204, write: (_request, response) => void response.end() };
    const leave = deps.takePlace(caller.name);
    const { feed, logger } = deps;
    const open = () => followTask(deps, taskId, { begin, previews: asked.data.previews ?? true });
    return streamAnswer({ feed, logger, closed, name: `Events of ${taskId}` }, { open, leave });
  };
}
