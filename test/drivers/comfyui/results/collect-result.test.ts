import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { blank, comfyuiRig, inputOf, paint } from '../rig.ts';

test('A finished prompt is a file in the output folder, with its size and its place on ComfyUI', async () => {
  const { start, outputs, simulator } = await comfyuiRig();
  const run = await start('task', inputOf(paint(5)));
  const { files, texts, cached, promptId, seed } = await run.result;
  expect(files).toMatchObject([
    { kind: 'image', node: 'saver', width: 64, height: 64, filename: 'picture_00001_.png', type: 'output' },
  ]);
  const [file] = files;
  expect(file?.subfolder).toMatch(/^gpu-middleware\/task\/[0-9a-f]{8}$/);
  expect((await stat(file?.file ?? '')).size).toBe(file?.sizeBytes);
  expect({ texts, cached, seed }).toEqual({ texts: [], cached: false, seed: 1 });
  expect(await outputs('task')).toEqual(['picture_00001_.png']);
  expect(run.phases.filter((phase) => phase !== 'running')).toEqual(['queued', 'fetching']);
  expect(simulator.stats()).toMatchObject({ executions: { [promptId]: 1 }, historyDeletes: 1 });
});

test('A result that is whole on disk is returned without asking ComfyUI', async () => {
  const { start, simulator } = await comfyuiRig();
  const first = await (await start('task', inputOf(blank()))).result;
  await simulator.crash();
  const second = await (await start('task', inputOf(blank()), 2)).result;
  expect(second).toEqual(first);
});
