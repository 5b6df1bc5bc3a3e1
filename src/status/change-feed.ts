import { EventEmitter, once } from 'node:events';
import type { Redis } from 'ioredis';
import { CHANGES_CHANNEL, previewChannel } from './queue-keys.ts';

/** An event of a running task that is not a change of its status, with its data in JSON. */
export interface TaskNote {
  event: string;
  data: string;
}

/** A change of a task. */
export interface TaskChange {
  taskId: string;
  /** Its id in the log of changes, which grows; empty if it could not be recorded there. */
  id: string;
  /** Whether a task entered, left or moved in the queue. */
  movedQueue: boolean;
  /** Null for a possible change of the status. */
  note: TaskNote | null;
}

export interface Follower {
  onChange: (change: TaskChange) => void;
  /** Changes may have been missed, or no more will come. */
  onBreak?: () => void;
}

/** The changes of all tasks as they happen, on one connection for all followers. */
export interface ChangeFeed {
  /** @returns a function that ends it. */
  follow: (follower: Follower) => () => void;
  /**
   * Asks for the preview pictures of a task, each as a JSON object in UTF-8. The GPU worker sends them while somebody
   * asks.
   * @returns a function that ends it.
   */
  look: (taskId: string, onPreview: (preview: Buffer) => void) => () => void;
  /** Whether changes arrive. */
  isLive: () => boolean;
  /** The same, after up to `ms` in which they may begin to arrive. */
  isLiveWithin: (ms: number) => Promise<boolean>;
  /** Whether the process is ending. */
  isClosed: () => boolean;
  close: () => void;
}

/** A hung Redis keeps its connections. */
const PING_MS = 5000;

/** Converts a message of the channel; null for one of an unknown form. */
export function readChange(message: string): TaskChange | null {
  const [taskId = '', id = '', moved = '', event = ''] = message.split(' ', 4);
  if (taskId === '') return null;
  const head = `${taskId} ${id} ${moved} ${event} `;
  const note = event === '' ? null : { event, data: message.slice(head.length) };
  return { taskId, id, movedQueue: moved === '1', note };
}

/** @param pingMs how often Redis is asked whether it still answers, and how long it may take. */
export function createChangeFeed(redis: Redis, pingMs = PING_MS): ChangeFeed {
  // A subscribed connection may be silent for hours, and waits for Redis while it is away.
  const listener = redis.duplicate({
    autoResubscribe: false,
    maxRetriesPerRequest: null,
    commandTimeout: undefined,
    socketTimeout: undefined,
  });
  const followers = new Set<Follower>();
  const lookers = new Map<string, Set<(preview: Buffer) => void>>();
  const subscribed = new EventEmitter().setMaxListeners(0);
  let isSubscribed = false;
  let isAnswered = true;
  let isClosed = false;
  const tellBreak = (): void => {
    for (const { onBreak } of followers) onBreak?.();
  };
  const ask = (command: 'subscribe' | 'unsubscribe', channel: string): void => {
    if (isSubscribed) listener[command](channel).catch(() => undefined);
  };
  const begin = (): void => {
    isSubscribed = true;
    isAnswered = true;
    subscribed.emit('live');
  };
  // The connection for commands logs the problem.
  listener.on('error', () => undefined);
  listener.on('messageBuffer', (channel: Buffer, message: Buffer) => {
    const name = channel.toString();
    if (name !== CHANGES_CHANNEL) {
      for (const onPreview of lookers.get(name) ?? []) onPreview(message);
      return;
    }
    const change = readChange(message.toString());
    if (change !== null) for (const { onChange } of followers) onChange(change);
  });
  listener.on('close', () => {
    isSubscribed = false;
    tellBreak();
  });
  // This also runs after a reconnect, when the new connection is ready.
  listener.on('ready', () => {
    void listener.subscribe(CHANGES_CHANNEL, ...lookers.keys()).then(begin, () => undefined);
  });

  const pings = setInterval(() => {
    if (!isSubscribed) return;
    if (!isAnswered) return listener.disconnect(true);
    isAnswered = false;
    listener.ping().then(
      () => (isAnswered = true),
      () => undefined,
    );
  }, pingMs).unref();

  return {
    follow(follower) {
      followers.add(follower);
      return () => void followers.delete(follower);
    },
    look(taskId, onPreview) {
      const channel = previewChannel(taskId);
      const ofTask = lookers.get(channel) ?? new Set();
      if (ofTask.size === 0) ask('subscribe', channel);
      lookers.set(channel, ofTask.add(onPreview));
      return () => {
        if (!ofTask.delete(onPreview) || ofTask.size > 0) return;
        lookers.delete(channel);
        ask('unsubscribe', channel);
      };
    },
    isLive: () => isSubscribed,
    async isLiveWithin(ms) {
      if (!isSubscribed) await once(subscribed, 'live', { signal: AbortSignal.timeout(ms) }).catch(() => undefined);
      return isSubscribed;
    },
    isClosed: () => isClosed,
    close() {
      isClosed = true;
      clearInterval(pings);
      tellBreak();
      listener.disconnect();
    },
  };
}
