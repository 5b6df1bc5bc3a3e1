import { EventEmitter } from 'node:events';
import type { ChangeFeed, Follower, TaskNote } from '../../src/status/change-feed.ts';
import { createStatusChanges, type StatusChanges } from '../../src/status/status-changes.ts';

export interface FakeFeed {
  feed: ChangeFeed;
  /** Real watches on this feed. `events` tells when one begins (`watch`), waits (`wait`) and ends (`stop`). */
  changes: StatusChanges;
  events: EventEmitter;
  /** How many watches there are, and how many tasks somebody looks at. */
  count: () => { watches: number; followers: number; looks: string[] };
  change: (taskId: string, more?: { id?: string; movedQueue?: boolean; note?: TaskNote }) => void;
  preview: (taskId: string, preview: object) => void;
  setLive: (isLive: boolean) => void;
}

/** The changes of tasks as a test makes them up, without Redis. */
export function createFakeFeed(): FakeFeed {
  const followers = new Set<Follower>();
  const looks = new Map<string, Set<(preview: Buffer) => void>>();
  const events = new EventEmitter();
  let [isLive, isClosed, watches] = [true, false, 0];
  const tellBreak = (): void => {
    for (const { onBreak } of followers) onBreak?.();
  };
  const feed: ChangeFeed = {
    follow(follower) {
      followers.add(follower);
      events.emit('follow');
      return () => {
        followers.delete(follower);
        events.emit('unfollow');
      };
    },
    look(taskId, onPreview) {
      const ofTask = looks.get(taskId) ?? new Set();
      looks.set(taskId, ofTask.add(onPreview));
      events.emit('look');
      return () => {
        ofTask.delete(onPreview);
        if (ofTask.size === 0) looks.delete(taskId);
      };
    },
    isLive: () => isLive,
    isLiveWithin: () => Promise.resolve(isLive),
    isClosed: () => isClosed,
    close() {
      isClosed = true;
      tellBreak();
    },
  };
  const real = createStatusChanges(feed);
  return {
    feed,
    events,
    changes: {
      watch(taskId, signal, client) {
        const watch = real.watch(taskId, signal, client);
        if (watch === null) return null;
        watches++;
        events.emit('watch');
        return {
          ...watch,
          next(ms) {
            events.emit('wait');
            return watch.next(ms);
          },
          stop() {
            watches--;
            watch.stop();
            events.emit('stop');
          },
        };
      },
    },
    count: () => ({ watches, followers: followers.size, looks: [...looks.keys()] }),
    change(taskId, { id = '', movedQueue = false, note = null as TaskNote | null } = {}) {
      for (const { onChange } of followers) onChange({ taskId, id, movedQueue, note });
    },
    preview(taskId, preview) {
      for (const onPreview of looks.get(taskId) ?? []) onPreview(Buffer.from(JSON.stringify(preview)));
    },
    setLive(next) {
      isLive = next;
      if (!next) tellBreak();
    },
  };
}
