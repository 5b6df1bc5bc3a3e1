import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { QUEUES } from '../../../src/contracts/names.ts';
import type { Temporal } from '../../../src/temporal/connection.ts';
import { createQueueSwitch } from '../../../src/temporal/queue-switch.ts';
import { priorityKey } from '../../../src/temporal/priority.ts';
import { BARE_QUEUES } from './bare-names.ts';
import type { Ran } from './measure.ts';
import type { BenchStack, Teller } from './stack.ts';

type Submitted = Pick<Ran, 'taskId' | 'priority' | 'sent' | 'accepted'>;

const ACTIVITY_QUEUE = 2;
const namespace = 'default';

/** One way of running jobs: how a job is submitted, and who tells that it ran. */
export interface Way {
  taskQueue: string;
  /** @returns its id. */
  submit: (priority: number) => Promise<string>;
  worker: Teller;
}

/** Through the API of the middleware. */
export const middlewareWay = ({ apiUrl, gpu }: BenchStack): Way => ({
  taskQueue: QUEUES.gpu,
  worker: gpu,
  async submit(priority) {
    const payload = { timeline: { width: 16, height: 16, durationInFrames: 1 } };
    const response = await fetch(`${apiUrl}/submit_task`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ task_type: 'remotion_render', priority, payload }),
    });
    if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { task_id: string }).task_id;
  },
});

/** A workflow and an activity on the same server, with nothing of ours. */
export const bareWay = ({ bareGpu }: BenchStack, { client }: Temporal): Way => ({
  taskQueue: BARE_QUEUES.gpu,
  worker: bareGpu,
  async submit(priority) {
    const workflowId = randomUUID();
    const taskQueue = BARE_QUEUES.control;
    await client.workflow.start('bareTask', {
      workflowId,
      taskQueue,
      priority: { priorityKey: priorityKey(priority, 101) },
    });
    return workflowId;
  },
});

async function backlog({ connection }: Temporal, taskQueue: string): Promise<number> {
  const { stats } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: ACTIVITY_QUEUE,
    reportStats: true,
  });
  return Number(stats?.approximateBacklogCount ?? 0);
}

async function submitAll(way: Way, tasks: number, atOnce: number): Promise<Submitted[]> {
  const submitted: Submitted[] = [];
  let left = tasks;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const priority = randomInt(101);
      const sent = Date.now();
      const taskId = await way.submit(priority);
      submitted.push({ taskId, priority, sent, accepted: Date.now() });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  return submitted;
}

/** Queues jobs of random priority while the queue is paused, lets them go, and tells how they ran. */
export async function runJobs(
  temporal: Temporal,
  way: Way,
  options: { tasks: number; atOnce: number; onStart?: () => void; onProgress?: (done: number) => void },
): Promise<Ran[]> {
  const { tasks, atOnce, onStart, onProgress } = options;
  const queue = { namespace, taskQueue: way.taskQueue };
  const { told } = way.worker;
  told.length = 0;
  const { pause, resume } = createQueueSwitch(temporal, queue);
  await pause({ by: 'bench', reason: 'until all are queued' });
  const submitted = await submitAll(way, tasks, atOnce);
  while ((await backlog(temporal, way.taskQueue)) < tasks) await delay(200);
  onStart?.();
  await resume('bench');
  while (told.length < tasks) {
    onProgress?.(told.length);
    await delay(200);
  }
  onProgress?.(told.length);
  const byId = new Map(submitted.map((one) => [one.taskId, one]));
  return told.flatMap(({ taskId, began, ended }) => {
    const one = byId.get(taskId);
    return one === undefined ? [] : [{ ...one, began, ended }];
  });
}
