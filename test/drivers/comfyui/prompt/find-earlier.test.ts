import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { comfyuiRig, inputOf, paint } from '../rig.ts';

const slow = inputOf(paint(40));

/** Leaves a prompt behind as a polite shutdown does. */
async function abandon(rig: Awaited<ReturnType<typeof comfyuiRig>>, taskId: string, phase = 'running') {
  const run = await rig.start(taskId, slow);
  await run.reaches(phase);
  run.leave();
  await expect(run.result).rejects.toThrow('shut down');
}

/** Resolves when nothing waits or runs. */
async function idle({ driver }: Awaited<ReturnType<typeof comfyuiRig>>): Promise<void> {
  await expect.poll(() => driver.check(), { timeout: 10_000 }).toMatchObject({ up: true, queueLength: 0 });
}

test('A prompt that runs is followed by the next attempt and not repeated', async () => {
  const rig = await comfyuiRig();
  await abandon(rig, 'task');
  const run = await rig.start('task', slow, 2);
  const { promptId } = await run.result;
  expect(run.phases).toEqual(['running', 'fetching']);
  expect(run.progress.at(-1)?.fraction).toBeGreaterThan(0.5);
  expect(rig.simulator.stats()).toMatchObject({ submissions: [{ id: promptId, outcome: 'success' }] });
});

test('A prompt that still waits is followed by the next attempt and not repeated', async () => {
  const rig = await comfyuiRig();
  await fetch(`${rig.simulator.url}/prompt`, { method: 'POST', body: JSON.stringify({ prompt: paint(30, 9) }) });
  await abandon(rig, 'task', 'waiting for other work on ComfyUI');
  await (
    await rig.start('task', slow, 2)
  ).result;
  expect(rig.simulator.stats().submissions).toHaveLength(2);
});

test.each(['0.33.0', '0.3.64'] as const)(
  "A prompt under an id of the server's own (version %s) is heard by the next attempt",
  async (version) => {
    const rig = await comfyuiRig({ simulator: { version } });
    rig.simulator.setFaults({ ownPromptIds: true });
    const first = await rig.start('task', inputOf(paint(200)));
    await first.reaches('KSampler');
    first.leave();
    await expect(first.result).rejects.toThrow('shut down');
    const second = await rig.start('task', inputOf(paint(200)), 2);
    await second.result;
    expect(second.progress.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^KSampler \d+\/200$/));
    expect(rig.simulator.stats().submissions).toHaveLength(1);
  },
);

test('A prompt that ended while nobody listened is fetched and not repeated', async () => {
  const rig = await comfyuiRig();
  await abandon(rig, 'task');
  await idle(rig);
  const run = await rig.start('task', slow, 2);
  await run.result;
  expect(run.phases).toEqual(['fetching']);
  expect(rig.simulator.stats().submissions).toHaveLength(1);
});

test('A prompt that failed for good while nobody listened is not repeated', async () => {
  const rig = await comfyuiRig();
  await abandon(rig, 'task');
  rig.simulator.setFaults({ failures: { times: 1, type: 'TypeError', message: 'missing argument' } });
  const run = await rig.start('task', inputOf(paint(41)), 2);
  await expect(run.result).rejects.toMatchObject({ code: 'comfyui_node_failed' });
});

test('A prompt that was lost is posted again', async () => {
  const rig = await comfyuiRig();
  await abandon(rig, 'task');
  await rig.simulator.restart();
  await (
    await rig.start('task', slow, 2)
  ).result;
  expect(rig.simulator.stats().submissions.map(({ outcome }) => outcome)).toEqual(['lost', 'success']);
});

test('The manifest is enough to find earlier work, and so is the list of earlier ids', async () => {
  const rig = await comfyuiRig();
  await abandon(rig, 'by-manifest');
  const { signal } = new AbortController();
  await rig.driver.run({ ...(await rig.job('by-manifest', slow, 7)), earlierPromptIds: [] }, { signal });
  await abandon(rig, 'by-ids');
  const job = await rig.job('by-ids', slow, 2);
  await rm(`${job.workDir}/comfyui.json`);
  await rig.driver.run(job, { signal });
  expect(rig.simulator.stats().submissions).toHaveLength(2);
});

test('Work for another input of the same task is not used', async () => {
  const rig = await comfyuiRig();
  await abandon(rig, 'task');
  await (
    await rig.start('task', inputOf(paint(5, 2)), 2)
  ).result;
  expect(rig.simulator.stats().submissions.map(({ outcome }) => outcome)).toEqual(['interrupted', 'success']);
});

test('A run that ended just before ComfyUI died is fetched from its disk after the restart', async () => {
  const rig = await comfyuiRig();
  const run = await rig.start('task', inputOf(paint(3)));
  rig.simulator.setFaults({ answerDelayMs: 30 });
  await run.reaches('fetching');
  await rig.simulator.crash();
  await expect(run.result).rejects.toMatchObject({ code: 'comfyui_lost' });
  rig.simulator.clearFaults();
  await rig.simulator.restart();
  await (
    await rig.start('task', inputOf(paint(3)), 2)
  ).result;
  expect(rig.simulator.stats().submissions).toHaveLength(1);
});

test('A result whose file was removed is made again', async () => {
  const rig = await comfyuiRig();
  const { files } = await (await rig.start('task', inputOf(paint(3)))).result;
  await rm(files[0]?.file ?? '');
  const again = await (await rig.start('task', inputOf(paint(3)), 2)).result;
  expect(again.files).toHaveLength(1);
  expect(await rig.outputs('task')).toEqual(['picture_00001_.png']);
});

test('A failure that was reported once is not found again by a retry of the operator', async () => {
  const rig = await comfyuiRig();
  rig.simulator.setFaults({ failures: { times: 1, type: 'TypeError', message: 'missing argument' } });
  await expect((await rig.start('task', inputOf(paint(3)))).result).rejects.toMatchObject({
    code: 'comfyui_node_failed',
  });
  await (
    await rig.start('task', inputOf(paint(3)), 1)
  ).result;
});
