import { expect, test, vi } from 'vitest';
import { createClearStrays } from '../../activities/clear-strays.ts';
import type { AttemptWork } from '../../activities/gpu-attempt.ts';
import { forServerEngines } from '../../src/contracts/names.ts';
import { createLines } from '../helpers/lines.ts';

const never = new AbortController().signal;
const attempt = {
  signals: { cancel: never, leave: never },
  reporter: { phase: () => undefined },
} as unknown as AttemptWork;
const work = () => Promise.resolve('done');

function rig() {
  const sweepStrays = vi.fn(() => Promise.resolve());
  const { logger, said } = createLines();
  const clearStrays = createClearStrays({ ...forServerEngines(() => ({})), comfyui: { sweepStrays } }, logger);
  return { sweepStrays, said, clearStrays };
}

test('A worker that is new to the card clears ComfyUI once before the work of another engine', async () => {
  const { clearStrays, sweepStrays } = rig();
  expect(await clearStrays('remotion_render', attempt, work)).toBe('done');
  await clearStrays('cosyvoice', attempt, work);
  await clearStrays('comfyui', attempt, work);
  await clearStrays('remotion_render', attempt, work);
  expect(sweepStrays).toHaveBeenCalledTimes(1);
});

test('After work of ComfyUI that failed, it is cleared before the work of another engine', async () => {
  const { clearStrays, sweepStrays } = rig();
  await expect(clearStrays('comfyui', attempt, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(sweepStrays).not.toHaveBeenCalled();
  await clearStrays('cosyvoice', attempt, work);
  expect(sweepStrays).toHaveBeenCalledTimes(1);
});

test('A failure of one engine does not block the work of another, and is logged', async () => {
  const { clearStrays, sweepStrays, said } = rig();
  sweepStrays.mockRejectedValueOnce(new Error('no answer'));
  expect(await clearStrays('cosyvoice', attempt, work)).toBe('done');
  expect(said.join('')).toContain('ComfyUI could not be checked for work of earlier tasks: no answer');
  await clearStrays('cosyvoice', attempt, work);
  expect(sweepStrays).toHaveBeenCalledTimes(2);
});
