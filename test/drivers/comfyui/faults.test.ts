import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { blank, comfyuiRig, inputOf, paint } from './rig.ts';

type Rig = Awaited<ReturnType<typeof comfyuiRig>>;
const ids = ({ simulator }: Rig) => simulator.stats().submissions.map(({ outcome }) => outcome);
/** A shell command that asks the simulator for something. */
const ask = (url: string, path: string) =>
  `"${process.execPath}" -e "fetch('${url}/simulator/${path}', { method: 'POST' })"`;

test('Out of memory is tried once more, after ComfyUI was asked to free it and it was seen to come back', async () => {
  const rig = await comfyuiRig();
  rig.simulator.setFaults({ outOfMemory: 1 });
  const run = await rig.start('task', inputOf(paint(5)));
  await run.result;
  expect(run.phases.filter((phase) => phase !== 'running')).toEqual(['queued', 'freeing memory', 'queued', 'fetching']);
  expect(ids(rig)).toEqual(['error', 'success']);
  expect(rig.simulator.stats().freeCalls).toBe(1);
});

test('Out of memory a second time is "VRAM exhausted"', async () => {
  const rig = await comfyuiRig();
  rig.simulator.setFaults({ outOfMemory: 2 });
  await expect((await rig.start('task', inputOf(paint(5)))).result).rejects.toMatchObject({
    code: 'vram_exhausted',
    message: expect.stringMatching(/^VRAM exhausted: node sampler \(KSampler\)/) as string,
  });
  expect(ids(rig)).toEqual(['error', 'error']);
});

test('Memory that does not come back is "VRAM exhausted" and nothing is posted again', async () => {
  const rig = await comfyuiRig();
  rig.simulator.setFaults({ outOfMemory: 1, memoryNeverFreed: true });
  await expect((await rig.start('task', inputOf(paint(5)))).result).rejects.toMatchObject({ code: 'vram_exhausted' });
  expect(ids(rig)).toEqual(['error']);
  await expect(rig.driver.freeMemory({ signal: new AbortController().signal })).rejects.toMatchObject({
    code: 'vram_exhausted',
  });
});

test('Where a restart command is set, it is run for a ComfyUI that does not let go of memory', async () => {
  const rig = await comfyuiRig();
  rig.simulator.setFaults({ outOfMemory: 1, memoryNeverFreed: true });
  const driver = rig.newDriver(rig.simulator.url, ask(rig.simulator.url, 'clear-faults'));
  await driver.run(await rig.job('task', inputOf(paint(5))), { signal: new AbortController().signal });
  expect(await rig.lines.line('back after its restart')).toBeTruthy();
});

test('A frozen queue is distinguished from a long wait, in a run and by the check; work then continues', async () => {
  const rig = await comfyuiRig({ timings: { frozen: 500 } });
  rig.simulator.setFaults({ frozen: true });
  const run = await rig.start('task', inputOf(paint(5)));
  await expect(run.result).rejects.toMatchObject({ code: 'comfyui_frozen' });
  expect(await rig.driver.check()).toMatchObject({ up: false, code: 'comfyui_frozen' });
  rig.simulator.clearFaults();
  await (
    await rig.start('task', inputOf(paint(5)), 2)
  ).result;
  expect(ids(rig)).toEqual(['success']);
  expect(await rig.driver.check()).toMatchObject({ up: true, version: '0.33.0', queueLength: 0 });
});

test('A frozen ComfyUI is restarted where a command is set', async () => {
  const rig = await comfyuiRig({ timings: { frozen: 500 } });
  rig.simulator.setFaults({ frozen: true });
  const driver = rig.newDriver(rig.simulator.url, ask(rig.simulator.url, 'clear-faults'));
  const job = await rig.job('task', inputOf(paint(5)));
  await expect(driver.run(job, { signal: new AbortController().signal })).rejects.toMatchObject({
    code: 'comfyui_frozen',
  });
  await (
    await rig.start('task', inputOf(paint(5)), 2)
  ).result;
});

test('A running prompt without a sign of life has stalled; the next attempt follows it if it moves again', async () => {
  const rig = await comfyuiRig({ timings: { silence: 700, socketSilence: 200 } });
  const run = await rig.start('task', inputOf(paint(50)));
  await run.reaches('KSampler');
  rig.simulator.setFaults({ frozen: true });
  await expect(run.result).rejects.toMatchObject({ code: 'comfyui_stalled' });
  rig.simulator.clearFaults();
  await (
    await rig.start('task', inputOf(paint(50)), 2)
  ).result;
  expect(ids(rig)).toEqual(['success']);
});

test.each(['running', 'waiting'])('A %s prompt that vanishes is lost work, never done work', async (state) => {
  const rig = await comfyuiRig();
  if (state === 'waiting')
    await fetch(`${rig.simulator.url}/prompt`, { method: 'POST', body: JSON.stringify({ prompt: paint(80, 9) }) });
  const job = await rig.job('task', inputOf(paint(1000)));
  const run = await rig.start('task', job.input);
  await run.reaches(state === 'running' ? 'KSampler' : 'waiting for other work on ComfyUI');
  rig.simulator.vanish(job.promptId);
  await expect(run.result).rejects.toMatchObject({ code: 'comfyui_lost' });
});

test('An interrupt by someone else is reported as such, and may be tried again', async () => {
  const rig = await comfyuiRig();
  const run = await rig.start('task', inputOf(paint(1000)));
  await run.reaches('KSampler');
  await fetch(`${rig.simulator.url}/interrupt`, { method: 'POST' });
  const error = await run.result.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'comfyui_interrupted', body: { retryable: true } });
});

test('Work whose history entry was evicted before it was read is done again', async () => {
  const rig = await comfyuiRig();
  const run = await rig.start('task', inputOf(paint(5)));
  await run.reaches('queued');
  run.leave();
  await run.result.catch(() => undefined);
  await expect.poll(() => ids(rig)).toEqual(['success']);
  rig.simulator.evict();
  await (
    await rig.start('task', inputOf(paint(5)), 2)
  ).result;
  expect(ids(rig)).toEqual(['success', 'success']);
});

test('Success is accepted before the history has it, and the result is fetched later', async () => {
  const rig = await comfyuiRig({ timings: { poll: 10_000 } });
  rig.simulator.setFaults({ historyDelayMs: 400 });
  const { files } = await (await rig.start('task', inputOf(blank()))).result;
  expect(files).toHaveLength(1);
});

test('A blocked branch that is reported as an error ends nothing', async () => {
  const rig = await comfyuiRig();
  rig.simulator.setFaults({ blockedBranches: 1 });
  await (
    await rig.start('task', inputOf(paint(20)))
  ).result;
  expect(ids(rig)).toEqual(['success']);
});

test('A download that breaks off is done again from the start', async () => {
  const rig = await comfyuiRig();
  rig.simulator.setFaults({ brokenDownloads: 2 });
  const { files } = await (await rig.start('task', inputOf(blank()))).result;
  expect(files).toMatchObject([{ width: 64, height: 48 }]);
  expect(await rig.outputs('task')).toEqual(['blank_00001_.png']);
});

test('A cached answer that names a file which is gone is no result; the next attempt makes it', async () => {
  const rig = await comfyuiRig();
  await (
    await rig.start('before', inputOf(paint(3, 5)))
  ).result;
  await rm(`${rig.simulator.folder}/output/gpu-middleware`, { recursive: true });
  rig.simulator.setFaults({ cachedAnswers: 1 });
  await expect((await rig.start('task', inputOf(paint(3)))).result).rejects.toMatchObject({
    code: 'comfyui_output_lost',
  });
  await (
    await rig.start('task', inputOf(paint(3)), 2)
  ).result;
});

test('The same graph again is reported as cached, and still has its own file', async () => {
  const rig = await comfyuiRig();
  const one = await (await rig.start('one', inputOf(paint(3)))).result;
  const two = await (await rig.start('two', inputOf(paint(3)))).result;
  expect([one.cached, two.cached]).toEqual([false, true]);
  expect(two.files[0]?.subfolder).not.toBe(one.files[0]?.subfolder);
});

test('A template whose named output produced nothing has failed', async () => {
  const rig = await comfyuiRig();
  const input = inputOf(blank(), { outputs: [{ node: '99', kind: 'video' }] });
  await expect((await rig.start('task', input)).result).rejects.toMatchObject({ code: 'comfyui_output_lost' });
});
