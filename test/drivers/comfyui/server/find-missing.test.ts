import { expect, test } from 'vitest';
import type { DriverContext } from '../../../../src/drivers/comfyui/context.ts';
import { findMissing } from '../../../../src/drivers/comfyui/server/find-missing.ts';
import { inputOf, paint } from '../rig.ts';

const contextOf = (listed: string[]) =>
  ({
    api: {
      queueLength: () => Promise.resolve(0),
      models: () => Promise.resolve(listed),
      knowsNode: () => Promise.resolve(true),
    },
    timings: { probe: 10_000 },
  }) as unknown as DriverContext;

test.each([
  ['sub\\model.safetensors', 'sub/model.safetensors'],
  ['sub/model.safetensors', 'sub\\model.safetensors'],
])('A model named %s where ComfyUI lists %s is named in the listed form', async (file, listed) => {
  const input = inputOf(paint(1), { models: [{ folder: 'checkpoints', file, node: 'loader', input: 'ckpt_name' }] });
  const [problem] = await findMissing(contextOf([listed]), input);
  expect(problem?.message).toContain(`as "${listed}"`);
  expect(await findMissing(contextOf([file]), input)).toEqual([]);
});
