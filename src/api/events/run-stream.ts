import type { ServerResponse } from 'node:http';
import { AppError, messageOf, type ErrorBody } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import type { ChangeFeed, TaskChange } from '../../status/change-feed.ts';
import type { ApiRequest } from '../route.ts';
import { createEventWriter, formatEvent, HEARTBEAT } from './event-writer.ts';
import { createOutbox, type Outbox, type Outgoing } from './outbox.ts';

/** What one stream sends. */
export interface StreamSource {
  /** Puts what the client needs first into the outbox. Changes that come meanwhile are handled after that. */
  open: (outbox: Outbox) => Promise<void>;
  onChange: (change: TaskChange, outbox: Outbox) => void;
  /** Called every few seconds without events. */
  onIdle: (outbox: Outbox) => void;
  /**
   * The event for an item; null if there is nothing to send. @throws {AppError} sent to the client, whose
   * stream ends.
   */
  deliver: (item: Outgoing, outbox: Outbox) => Promise<{ event: string | Buffer | null; isLast?: boolean } | null>;
  close: () => void;
}

export interface StreamDeps {
  feed: Pick<ChangeFeed, 'follow' | 'isLive' | 'isLiveWithin' | 'isClosed'>;
  logger: Logger;
  /** Aborts when the client has hung up. */
  closed: AbortSignal;
  /** For the log. */
  name: string;
}

/** Proxies often close a connection that is silent for a minute. */
const HEARTBEAT_MS = 15_000;
const IDLE_MS = 5000;
/** How long clients wait before they reconnect: spread, because all come back at once after a restart. */
const RETRY_MS = 1000;
const RETRY_SPREAD_MS = 2000;
/** The same after an error. */
const AWAY_MS = 10_000;

/** The API may have started, and Redis may have been away, just now. */
const LIVE_MS = 3000;

/**
 * Refuses a stream while there are no events. An `EventSource` that reconnects would give up for ever, so its stream
 * begins, says so and ends. @throws {AppError} `events_unavailable`
 */
export async function requireEvents(
  feed: Pick<ChangeFeed, 'isLiveWithin'>,
  headers: ApiRequest['headers'],
): Promise<void> {
  if (headers['last-event-id'] === undefined && !(await feed.isLiveWithin(LIVE_MS)))
    throw new AppError('events_unavailable');
}

const bye = (reason: string): string => formatEvent('bye', JSON.stringify({ reason }));
const STOPPING = bye('The API is stopping. Connect again; nothing is lost.');
const BEHIND = bye('This client did not keep up. Connect again with Last-Event-ID.');

/** Sends the events of a source to one client, until one of the three ends: the source, the client, or the feed. */
export async function runStream(deps: StreamDeps, response: ServerResponse, source: StreamSource): Promise<void> {
  const { feed, closed } = deps;
  const outbox = createOutbox();
  const send = createEventWriter(response);
  let isBroken = false;
  let early: TaskChange[] | null = [];
  const stop = feed.follow({
    onChange(change) {
      if (early === null) source.onChange(change, outbox);
      else early.push(change);
    },
    onBreak() {
      isBroken = true;
      outbox.wake();
    },
  });
  closed.addEventListener('abort', outbox.wake, { once: true });
  let heardAt = performance.now();

  /** @returns whether the stream continues. */
  async function step(): Promise<boolean> {
    if (closed.aborted || response.destroyed) return false;
    if (feed.isClosed()) {
      await send(STOPPING);
      return false;
    }
    if (isBroken || !feed.isLive()) throw new AppError('events_unavailable');
    if (outbox.isFull()) {
      await send(BEHIND);
      return false;
    }
    const item = outbox.take();
    if (item === undefined) {
      if (await outbox.wait(IDLE_MS)) source.onIdle(outbox);
    }
    const made = item === undefined ? null : await source.deliver(item, outbox);
    const isDue = performance.now() - heardAt >= HEARTBEAT_MS;
    const event = made?.event ?? (isDue ? HEARTBEAT : null);
    if (event !== null) {
      await send(event);
      heardAt = performance.now();
    }
    return made?.isLast !== true;
  }

  try {
    await send(`retry: ${RETRY_MS + Math.round(Math.random() * RETRY_SPREAD_MS)}\n\n`);
    if (!(await feed.isLiveWithin(LIVE_MS))) throw new AppError('events_unavailable');
    // Only what breaks from now on is missed.
    isBroken = false;
    await source.open(outbox);
    for (const change of early) source.onChange(change, outbox);
    early = null;
    while (await step());
  } catch (error) {
    const isOurs = error instanceof AppError;
    if (!isOurs) deps.logger.error(`❌ ${deps.name}: ${messageOf(error)}`);
    const told: ErrorBody = (isOurs ? error : new AppError('internal_error')).body;
    await send(`retry: ${AWAY_MS}\n${formatEvent('error', JSON.stringify(told))}`);
  } finally {
    closed.removeEventListener('abort', outbox.wake);
    stop();
    source.close();
  }
}
