import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweepWorkFolders } from '../../src/assets/sweep-work.ts';
import { createIsForgotten } from '../../src/status/is-forgotten.ts';
import { recordKey } from '../../src/status/queue-keys.ts';
import { describeTask } from '../../src/status/describe-task.ts';
import { createActionsRig, type ActionsRig } from '../helpers/actions-rig.ts';

let rig: ActionsRig;
beforeAll(async () => {
  rig = await createActionsRig();
});
afterAll(() => rig.stop());

async function ancientFolder(taskId: string): Promise<string> {
  const folder = path.join(rig.assetRoot, 'work', taskId);
  await mkdir(folder, { recursive: true });
  const manifest = path.join(folder, 'manifest.json');
  await writeFile(manifest, '{}');
  await utimes(manifest, new Date(0), new Date(0));
  return folder;
}

test('A waiting task keeps its parts and record, however old; one that is over or unknown loses its parts', async () => {
  const slot = await rig.occupySlot();
  const waiting = await rig.submit();
  const version = { runStartedAt: 0, attempt: 0 };
  await rig.store.write(waiting, version, {
    status: 'pending',
    taskType: 'remotion_render',
    priority: 50,
    createdAt: new Date().toISOString(),
  });
  expect(await rig.redis.pttl(recordKey(waiting))).toBe(-1);
  const folders = { waiting: await ancientFolder(waiting), unknown: await ancientFolder(randomUUID()) };
  const isForgotten = createIsForgotten({
    describe: (taskId) => describeTask(rig.temporal, taskId),
    store: rig.store,
  });
  const sweep = () => sweepWorkFolders(rig.assetRoot, new Date(Date.now() + 1000), isForgotten);
  expect(await sweep()).toBe(1);
  expect([existsSync(folders.waiting), existsSync(folders.unknown)]).toEqual([true, false]);

  slot.release();
  await rig.ended(waiting);
  await rig.until(async () => (await rig.redis.pttl(recordKey(waiting))) > 0);
  await ancientFolder(waiting);
  expect(await sweepWorkFolders(rig.assetRoot, new Date(1000), isForgotten)).toBe(0);
  await ancientFolder(waiting);
  await sweep();
  expect(existsSync(folders.waiting)).toBe(false);
});
