import type { Redis } from 'ioredis';
import { loadScript } from '../redis/load-script.ts';
import { CHANGE_LOG_KEY, CHANGE_LOG_LENGTH, CHANGES_CHANNEL, previewChannel } from './queue-keys.ts';

/** Sends events of a running task to the clients that follow it. Every method rejects if Redis does not answer. */
export interface EventPublisher {
  /** Sends an event that clients also get when they reconnect. @param data sent as JSON */
  note: (taskId: string, event: string, data: unknown) => Promise<void>;
  /** Whether somebody looks at the preview pictures of a task. */
  hasLookers: (taskId: string) => Promise<boolean>;
  /** Sends a preview picture to those who look. */
  preview: (taskId: string, data: unknown) => Promise<void>;
}

export function createEventPublisher(redis: Redis): EventPublisher {
  const publishNote = loadScript<number>(redis, new URL('publish-note.lua', import.meta.url));
  return {
    async note(taskId, event, data) {
      const about = [CHANGES_CHANNEL, CHANGE_LOG_LENGTH, taskId, event, JSON.stringify(data)];
      await publishNote([CHANGE_LOG_KEY], about);
    },
    async hasLookers(taskId) {
      const [, count] = await redis.pubsub('NUMSUB', previewChannel(taskId));
      return Number(count) > 0;
    },
    async preview(taskId, data) {
      await redis.publish(previewChannel(taskId), JSON.stringify(data));
    },
  };
}
