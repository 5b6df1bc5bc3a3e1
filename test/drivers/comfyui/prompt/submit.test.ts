import { expect, test } from 'vitest';
import { blank, comfyuiRig, inputOf, paint } from '../rig.ts';

test.each(['errorsAfterQueueing', 'resetsAfterQueueing', 'hangsAfterQueueing'] as const)(
  'A submission that was queued but not answered (%s) is found and not posted again',
  async (fault) => {
    const { simulator, start } = await comfyuiRig();
    simulator.setFaults({ [fault]: 1 });
    const { promptId } = await (await start('task', inputOf(paint(5)))).result;
    expect(simulator.stats().submissions.map(({ id }) => id)).toEqual([promptId]);
  },
);

test('A submission that never arrived is posted again under the same id once it has stayed unseen', async () => {
  const { simulator, start } = await comfyuiRig();
  simulator.setFaults({ hangsBeforeQueueing: 1 });
  const { promptId } = await (await start('task', inputOf(paint(5)))).result;
  expect(simulator.stats()).toMatchObject({ submissions: [{ id: promptId }], executions: { [promptId]: 1 } });
});

test('A partly accepted graph fails for good, and its prompt is cancelled', async () => {
  const { simulator, start } = await comfyuiRig();
  simulator.setFaults({ partialAccepts: 1 });
  const graph = {
    ...paint(50),
    second: { class_type: 'SaveImage', inputs: { filename_prefix: 'b', images: ['decoder', 0] } },
  };
  await expect((await start('task', inputOf(graph))).result).rejects.toMatchObject({ code: 'comfyui_refused' });
  expect(simulator.stats().submissions).toMatchObject([
    { outcome: expect.stringMatching(/interrupted|removed/) as string },
  ]);
});

test('A model file that is not there fails for good, and the message names it, its folder and its node', async () => {
  const { simulator, start, driver } = await comfyuiRig();
  const file = 'flux1-dev-fp8.safetensors';
  simulator.setFaults({ missingModels: [file] });
  const input = inputOf(paint(5), { models: [{ folder: 'checkpoints', file, node: 'loader', input: 'ckpt_name' }] });
  await expect((await start('task', input)).result).rejects.toMatchObject({
    code: 'comfyui_model_missing',
    message: expect.stringContaining(`"${file}" in models/checkpoints`) as string,
  });
  expect(await driver.missing(input)).toEqual([
    {
      path: 'payload.template',
      message: `ComfyUI has no file "${file}" in models/checkpoints, which node loader (CheckpointLoaderSimple) loads`,
    },
  ]);
});

test('A node that ComfyUI does not know fails for good and is named, before and when the task runs', async () => {
  const { start, driver } = await comfyuiRig();
  const input = inputOf({ ...blank(), 7: { class_type: 'FancyCustomNode', inputs: {} } }, { template: null });
  const error = await (await start('task', input)).result.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'comfyui_node_missing' });
  expect(String(error)).toContain('FancyCustomNode');
  expect(await driver.missing(input)).toEqual([
    { path: 'payload.workflow', message: 'ComfyUI does not know the node class "FancyCustomNode" of node 7' },
  ]);
});

test('While ComfyUI is away, nothing is reported as missing', async () => {
  const { simulator, driver } = await comfyuiRig();
  await simulator.crash();
  expect(await driver.missing(inputOf(paint(5)))).toEqual([]);
});

test('The posted prompt has our mark and our ids, but no number', async () => {
  const { simulator, start } = await comfyuiRig();
  const { promptId } = await (await start('task', inputOf(blank()))).result;
  expect(simulator.stats().submissions).toMatchObject([
    { id: promptId, clientId: promptId, number: 0, extraData: { gpu_middleware: { task_id: 'task' } } },
  ]);
});
