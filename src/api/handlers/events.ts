import { eventsSchema, type EventsQuery } from '../../contracts/events.ts';
import { fieldErrors } from '../../contracts/fields.ts';
import { misspeltFields } from '../../contracts/misplaced-fields.ts';
import type { TaskChange } from '../../status/change-feed.ts';
import { isFinal, type StatusRecord } from '../../status/record.ts';
import { formatId, readId } from '../events/event-id.ts';
import { formatEvent } from '../events/event-writer.ts';
import type { Outbox } from '../events/outbox.ts';
import { createPreviews } from '../events/previews.ts';
import type { WaitingTask } from '../events/queue-view.ts';
import { createReadLater } from '../events/read-later.ts';
import { requireEvents, type StreamSource } from '../events/run-stream.ts';
import { streamAnswer } from '../events/stream-answer.ts';
import { maySee, type Caller } from '../caller.ts';
import { nobodysId } from '../nobodys-id.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, WrittenResponse } from '../route.ts';
import type { StreamHandlerDeps } from './task-events.ts';

export interface EventsDeps extends StreamHandlerDeps {
  /** See `createQueueView`. May reject. */
  viewQueue: () => Promise<WaitingTask[]>;
}

const FIELDS = Object.keys(eventsSchema.shape);

/** Waiting tasks whose positions one event lists. */
export const MOST_POSITIONS = 100;
/** A stream remembers the latest statuses of this many tasks, so that it does not repeat them. */
const MOST_REMEMBERED = 2000;

const putChange = ({ taskId, id, note }: TaskChange, outbox: Outbox): void =>
  outbox.put(note === null ? { kind: 'status', taskId, id } : { kind: 'note', taskId, id, ...note });

/** Whether a task is among those that a client asked for, whatever its status. */
function isAsked(asked: EventsQuery, taskId: string, record: StatusRecord): boolean {
  const { task_type: type, client, tag, pipeline, task_id: ids } = asked;
  if (ids !== undefined && !ids.includes(taskId)) return false;
  if (type !== undefined && record.taskType !== type) return false;
  if (client !== undefined && record.client !== client) return false;
  if (tag !== undefined && !record.tags.includes(tag)) return false;
  if (pipeline === 'none') return record.step === undefined;
  return pipeline === undefined || record.step?.pipeline === pipeline;
}

/** The events of all tasks that a client asked for. */
function followTasks(
  { feed, log, teller, onQueueTick, viewQueue }: EventsDeps,
  asked: EventsQuery,
  { lastId, warnings, caller }: { lastId: unknown; warnings: readonly string[]; caller: Caller },
): StreamSource {
  const hashes = new Map<string, string>();
  const looks = createPreviews(feed);
  /** The status of a pipeline follows from those of its steps. */
  const later = createReadLater(teller);
  let positions = '';
  let stopTicks: (() => void) | undefined;

  const covers = (taskId: string, record: StatusRecord): boolean =>
    maySee(caller, record.client) && isAsked(asked, taskId, record);
  const isNew = (taskId: string, hash: string, isOver: boolean): boolean => {
    if (hashes.get(taskId) === hash) return false;
    hashes.delete(taskId);
    if (!isOver) hashes.set(taskId, hash);
    const [oldest] = hashes.keys();
    if (oldest !== undefined && hashes.size > MOST_REMEMBERED) hashes.delete(oldest);
    return true;
  };
  const putQueue = (outbox: Outbox): void => {
    if (asked.status === undefined || asked.status === 'pending') outbox.put({ kind: 'queue' });
  };

  async function queueEvent(): Promise<string | null> {
    const all = await viewQueue().catch(() => null);
    if (all === null) return null;
    const ours = all.filter(({ taskId, record }) => covers(taskId, record)).slice(0, MOST_POSITIONS);
    const data = JSON.stringify({
      tasks: ours.map(({ taskId, position, eta }) => ({ task_id: taskId, queue_position: position, eta_seconds: eta })),
    });
    // Estimates alone change with every second.
    const now = ours.map(({ taskId, position }) => `${position} ${taskId}`).join();
    if (now === positions) return null;
    positions = now;
    return formatEvent('queue', data);
  }

  return {
    async open(outbox) {
      const { change } = readId(lastId);
      const missed = change === '' ? null : await log.since(change);
      if (missed === null) {
        const data = JSON.stringify({
          reason: change === '' ? 'new' : 'gap',
          ...(warnings.length > 0 ? { warnings } : {}),
        });
        outbox.put({ kind: 'reset', id: await log.latest(), data });
        for (const taskId of asked.task_id ?? []) outbox.put({ kind: 'status', taskId, id: '' });
      }
      for (const one of missed ?? []) putChange(one, outbox);
      putQueue(outbox);
      stopTicks = onQueueTick(() => putQueue(outbox));
    },
    onChange: putChange,
    onIdle: putQueue,
    async deliver(item, outbox) {
      if (item.kind === 'preview') return item;
      if (item.kind === 'queue') return { event: await queueEvent() };
      const id = item.id === '' ? '' : formatId({ change: item.id, hash: '' });
      if (item.kind === 'reset') return { event: formatEvent('reset', item.data, id) };
      const { taskId } = item;
      const told = await teller.tell(taskId);
      if (told === null) return null;
      const { record, body, data, hash } = told;
      if (!maySee(caller, record.client)) {
        // Only a task that the client names comes without an id of a change.
        if (item.id === '') await teller.tell(nobodysId(taskId));
        return null;
      }
      if (item.kind === 'status' && record.step !== undefined) later.read(record.step.pipeline, outbox);
      if (!covers(taskId, record)) return null;
      if (asked.previews === true) looks.update(taskId, record, outbox);
      if (asked.status !== undefined && body.status !== asked.status) {
        hashes.delete(taskId);
        return null;
      }
      if (item.kind === 'note') return { event: formatEvent(item.event, item.data, id) };
      return isNew(taskId, hash, isFinal(body.status)) ? { event: formatEvent('status', data, id) } : null;
    },
    close() {
      later.close();
      stopTicks?.();
      looks.close();
    },
  };
}

/**
 * `GET /events?client=studio&tag=night`: sends the changes of all tasks that match, as Server-Sent Events, until the
 * client hangs up.
 */
export function createEvents(deps: EventsDeps) {
  return async (request: ApiRequest): Promise<WrittenResponse> => {
    const { query, headers, caller, closed = new AbortController().signal } = request;
    const asked = eventsSchema.safeParse(query);
    const warnings = misspeltFields(query, FIELDS);
    if (!asked.success) throw refusal(fieldErrors(asked.error), undefined, warnings);
    const { feed, logger } = deps;
    await requireEvents(feed, headers);
    const leave = deps.takePlace(caller.name);
    const options = { lastId: headers['last-event-id'], warnings, caller };
    const open = () => followTasks(deps, asked.data, options);
    return streamAnswer({ feed, logger, closed, name: 'Events' }, { open, leave });
  };
}
