import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { countQueued, createClientAdmission } from '../../src/temporal/admission.ts';
import { away, createActionsRig, type ActionsRig } from '../helpers/actions-rig.ts';

let rig: ActionsRig;
beforeAll(async () => {
  rig = await createActionsRig();
});
afterAll(() => rig.stop());
afterEach(() => rig.beginAnew());

describe('A time limit', () => {
  test('on the queue ends a task that did not get its turn, with a code of its own', async () => {
    const slot = await rig.occupySlot();
    const taskId = await rig.submit({ queueSeconds: 1 });
    await rig.ended(taskId);
    slot.release();
    await rig.ended(slot.taskId);
    expect(await rig.statusOf(taskId)).toMatchObject({
      status: 'failed',
      result: {
        error: { code: 'queue_timeout', message: 'The task waited in the queue longer than its limit: 1 seconds' },
      },
    });
    expect(rig.render).toHaveBeenCalledOnce();
  });

  test('on the queue counts the wait for an engine', async () => {
    rig.generate.mockImplementation(away);
    const taskId = await rig.submitComfyui({ queueSeconds: 2 });
    await rig.ended(taskId);
    expect(await rig.statusOf(taskId)).toMatchObject({
      status: 'failed',
      result: { error: { code: 'queue_timeout' } },
    });
    expect(await rig.attributesOf(taskId)).toMatchObject({ TaskStatus: ['failed'] });
  });
});

test('A client can queue exactly as many tasks as it may, however fast it sends them', async () => {
  const slot = await rig.occupySlot();
  const client = `n8n ${randomUUID()}`;
  let time = 0;
  const admit = createClientAdmission({
    most: 5,
    count: (name, latest) => countQueued(rig.temporal, name, latest),
    now: () => new Date(time),
  });
  const submitted: Promise<string>[] = [];
  for (let tries = 0; tries < 10; tries += 1) {
    const taskId = randomUUID();
    // So that each try counts anew, before the server has seen the task of the one before.
    time += 1000;
    const mayQueue = await admit(client, taskId).then(
      () => true,
      () => false,
    );
    if (mayQueue) submitted.push(rig.submit({}, undefined, client, taskId));
  }
  const taskIds = await Promise.all(submitted);
  expect(taskIds).toHaveLength(5);
  slot.release();
  await Promise.all(taskIds.map((taskId) => rig.ended(taskId)));
  await rig.until(async () => (await countQueued(rig.temporal, client, taskIds)) === 0);
});
