import type { Pause } from '../contracts/queue.ts';
import { ANSWER_MS, type Temporal } from './connection.ts';
import { listLiveWorkers } from './live-workers.ts';
import { createQueueSwitch, readPause } from './queue-switch.ts';
import type { QueueName } from './queue-rate.ts';
import { listRunningTasks } from './running-tasks.ts';

/** A short limit, because a client waits for the answer. */
const LOOK_LIMIT_MS = 1000;

/** Pauses, resumes and inspects one queue. All methods reject when Temporal does not answer. */
export interface QueueControl {
  pause: (why: { by: string; reason: string }) => Promise<Pause>;
  resume: (by: string) => Promise<void>;
  readPause: () => Promise<Pause | null>;
  listWorkers: () => Promise<string[]>;
  listRunning: () => Promise<string[]>;
}

/** @param onChange called after each pause and each resumption. */
export function createQueueControl(temporal: Temporal, queue: QueueName, onChange: () => void): QueueControl {
  const soon = <T>(call: () => Promise<T>): Promise<T> =>
    temporal.connection.withDeadline(Date.now() + LOOK_LIMIT_MS, call);
  const { pause, resume } = createQueueSwitch(temporal, queue);
  return {
    async pause(why) {
      await pause(why);
      onChange();
      return (await soon(() => readPause(temporal, queue))) ?? { ...why, since: null };
    },
    async resume(by) {
      await resume(by);
      onChange();
    },
    readPause: () => soon(() => readPause(temporal, queue)),
    listWorkers: () => soon(() => listLiveWorkers(temporal, queue)),
    listRunning: () => temporal.connection.withDeadline(Date.now() + ANSWER_MS, () => listRunningTasks(temporal)),
  };
}
