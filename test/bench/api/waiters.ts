import { createHttpClient, pace } from './load.ts';

const POLL_SECONDS = 2;

/** Until all waiters have certainly arrived: the API answers requests in the order of their arrival. */
const SETTLE_POLLS = 50;

/**
 * Lets many clients wait for the ends of tasks, polls a status beside them, and ends the tasks.
 * @returns how long polls took meanwhile, and how long it took until the last waiter had its answer, in words.
 */
export async function measureWaiters(options: {
  apiUrl: string;
  task: object;
  waiters: number;
  poll: () => Promise<unknown>;
}): Promise<string> {
  const { apiUrl, task, waiters, poll } = options;
  // One more for the request that ends the task.
  const client = createHttpClient(apiUrl, waiters + 1);
  const tag = 'waited-for';
  const body = await client.ask('/submit_task', { ...task, tags: [tag] });
  const { task_id: taskId } = JSON.parse(body) as { task_id: string };
  const waiting = Array.from({ length: waiters }, () => client.ask(`/task_status/${taskId}?wait=60&until=completed`));
  const answered = Promise.all(waiting);
  void answered.catch(() => undefined);
  await pace(poll, { clients: 1, isOver: (calls) => calls >= SETTLE_POLLS });
  const polls = await pace(poll, { clients: 1, isOver: (_calls, seconds) => seconds >= POLL_SECONDS });
  const began = performance.now();
  await client.ask(`/tasks/${taskId}/cancel`, {});
  await answered;
  const ms = Math.round(performance.now() - began);
  await client.close();
  return `${waiters} waiters: others are answered within ${Math.round(polls.p99)} ms (99 of 100); all waiters had their answer ${ms} ms after the request that ended the task`;
}
