import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { cancelTask } from '../../src/tasks/cancel-task.ts';
import { changePriority } from '../../src/tasks/change-priority.ts';
import { film } from '../helpers/rendered-film.ts';
import { createTaskRig, type TaskRig } from '../helpers/task-rig.ts';

let rig: TaskRig;
beforeAll(async () => {
  rig = await createTaskRig(() => Promise.resolve(film));
});
afterAll(() => rig.stop());

/** `done`, or the answer that a client gets. */
const answerOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.message : `not an answer: ${String(error)}`),
  );
const ANSWERS = /^(done|The task has already ended: it (completed|was cancelled))$/;

test('Ninety cancels at once of one task are all answered', async () => {
  const taskId = await rig.submit({ gpuQueue: 'served-by-nobody' });
  const answers = await Promise.all(Array.from({ length: 90 }, () => answerOf(cancelTask(rig.temporal, taskId))));
  for (const answer of answers) expect(answer).toMatch(ANSWERS);
  await rig
    .handle(taskId)
    .result()
    .catch(() => undefined);
  expect(await answerOf(cancelTask(rig.temporal, taskId))).toBe('The task has already ended: it was cancelled');
});

test('Every change of an ending task is made, or answered with how the task ended', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, async (_, n) => {
      const taskId = await rig.submit();
      await delay(n * 40);
      return Promise.all([
        answerOf(changePriority(rig.temporal, taskId, 80, 101)),
        answerOf(cancelTask(rig.temporal, taskId)),
        answerOf(cancelTask(rig.temporal, taskId)),
        answerOf(changePriority(rig.temporal, taskId, 20, 101)),
      ]);
    }),
  );
  for (const answer of answers.flat()) expect(answer).toMatch(ANSWERS);
});
