import { expect, test } from 'vitest';
import { begin, blank, comfyuiRig, inputOf, paint } from '../rig.ts';

const endless = inputOf(paint(10_000));
type Rig = Awaited<ReturnType<typeof comfyuiRig>>;

/** Work of somebody else on the same ComfyUI. */
async function foreign({ simulator }: Rig, steps: number): Promise<string> {
  const answer = await fetch(`${simulator.url}/prompt`, {
    method: 'POST',
    body: JSON.stringify({ prompt: paint(steps, 77) }),
  });
  return ((await answer.json()) as { prompt_id: string }).prompt_id;
}

const outcomes = ({ simulator }: Rig) => simulator.stats().submissions.map(({ outcome }) => outcome);

test('A running prompt is interrupted, the phase says so, and ComfyUI is idle before the attempt ends', async () => {
  const rig = await comfyuiRig();
  const run = await rig.start('task', endless);
  await run.reaches('KSampler');
  run.cancel();
  await expect(run.result).rejects.toThrow('cancelled');
  expect(run.phases.at(-1)).toBe('cancelling');
  expect(outcomes(rig)).toEqual(['interrupted']);
  expect(rig.simulator.stats().interrupts.bare).toBe(0);
  expect(await rig.outputs('task')).toEqual([]);
});

test("A waiting prompt is removed, and the other people's prompt that runs goes on", async () => {
  const rig = await comfyuiRig();
  await foreign(rig, 60);
  const run = await rig.start('task', endless);
  await run.reaches('waiting for other work on ComfyUI');
  run.cancel();
  await expect(run.result).rejects.toThrow('cancelled');
  expect(outcomes(rig)).toEqual([undefined, 'removed']);
});

test('A cancel that ComfyUI loses is repeated until it works', async () => {
  const rig = await comfyuiRig();
  rig.simulator.setFaults({ loseCancels: 3 });
  const run = await rig.start('task', endless);
  await run.reaches('running');
  run.cancel();
  await expect(run.result).rejects.toThrow('cancelled');
  expect(outcomes(rig)).toEqual(['interrupted']);
});

test('The slot is held while a node that cannot be interrupted goes on', async () => {
  const rig = await comfyuiRig();
  rig.simulator.setFaults({ slowNodes: { VAEDecode: 500 } });
  const run = await rig.start('task', inputOf(paint(2)));
  await run.reaches('VAEDecode');
  run.cancel();
  await expect(run.result).rejects.toThrow('cancelled');
  const { submissions } = rig.simulator.stats();
  expect(submissions).toMatchObject([{ outcome: 'interrupted' }]);
});

test('A cancel during the submission finds the prompt even when the submission is never answered', async () => {
  const rig = await comfyuiRig();
  rig.simulator.setFaults({ hangsAfterQueueing: 1 });
  const run = await rig.start('task', endless);
  await expect.poll(() => rig.simulator.stats().submissions.length).toBe(1);
  run.cancel();
  await expect(run.result).rejects.toThrow('cancelled');
  expect(outcomes(rig)).toEqual(['interrupted']);
});

test('A task that is cancelled before its attempt starts loses what an earlier attempt left on ComfyUI', async () => {
  const rig = await comfyuiRig();
  const first = await rig.start('task', endless);
  await first.reaches('running');
  first.leave();
  await expect(first.result).rejects.toThrow('shut down');
  const second = begin(rig.driver, await rig.job('task', endless, 2));
  second.cancel();
  await expect(second.result).rejects.toThrow('cancelled');
  expect(outcomes(rig)).toEqual(['interrupted']);
});

test('A cancel while files are fetched leaves no file', async () => {
  const rig = await comfyuiRig();
  const run = await rig.start('task', inputOf(blank()));
  await run.reaches('running');
  rig.simulator.setFaults({ answerDelayMs: 100 });
  await run.reaches('fetching');
  run.cancel();
  await expect(run.result).rejects.toThrow('cancelled');
  expect(await rig.outputs('task')).toEqual([]);
});

test('A cancel ends although ComfyUI has died', async () => {
  const rig = await comfyuiRig();
  const run = await rig.start('task', endless);
  await run.reaches('running');
  await rig.simulator.crash();
  run.cancel();
  await expect(run.result).rejects.toThrow('cancelled');
});

test("Strays of ours are cancelled before another task starts; other people's prompts are waited for", async () => {
  const rig = await comfyuiRig();
  const stray = await rig.start('gone', endless);
  await stray.reaches('running');
  stray.leave();
  await expect(stray.result).rejects.toThrow('shut down');
  await foreign(rig, 30);
  const run = await rig.start('task', inputOf(paint(3)));
  await run.result;
  expect(run.phases[0]).toBe('waiting for an earlier task on ComfyUI');
  expect(run.phases).toContain('waiting for other work on ComfyUI');
  expect(outcomes(rig)).toEqual(['interrupted', 'success', 'success']);
});

test("A sweep for another engine leaves only this task's and other people's prompts", async () => {
  const rig = await comfyuiRig();
  const stray = await rig.start('gone', endless);
  await stray.reaches('running');
  stray.leave();
  await expect(stray.result).rejects.toThrow('shut down');
  const { signal } = new AbortController();
  await rig.driver.sweepStrays('gone', { signal });
  expect(outcomes(rig)).toEqual([undefined]);
  await rig.driver.sweepStrays(null, { signal });
  expect(outcomes(rig)).toEqual(['interrupted']);
  await rig.simulator.crash();
  await rig.driver.sweepStrays(null, { signal });
});
