/** Pure, because workflow code imports this file. */

/** The facts about a task that waits for its scheduled time. */
export interface WaitingForTime {
  for: 'time';
  /** ISO 8601 in UTC. */
  since: string;
  /** When it takes its place in the queue, ISO 8601 in UTC. */
  until: string;
  reason: string;
  hint: string;
}

/** The value of the search attribute `WaitingFor` of such a task. */
export const FOR_TIME = 'time';
/** The phase of such a task. */
export const WAITS_FOR_TIME = 'waiting for its time';

export const timeWait = (acceptedAt: string, runAt: string): WaitingForTime => ({
  for: FOR_TIME,
  since: acceptedAt,
  until: runAt,
  reason: `It was submitted to run at ${runAt}`,
  hint: 'It takes its place in the queue then. POST /tasks/{task_id}/cancel cancels it.',
});
