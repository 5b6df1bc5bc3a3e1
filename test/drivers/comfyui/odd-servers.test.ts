import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { DEFAULT_TIMINGS } from '../../../src/drivers/comfyui/timings.ts';
import { blank, comfyuiRig, inputOf, paint } from './rig.ts';

type Rig = Awaited<ReturnType<typeof comfyuiRig>>;
const submissions = ({ simulator }: Rig) => simulator.stats().submissions.length;
const post = (rig: Rig, prompt: unknown, more: object = {}) =>
  fetch(`${rig.simulator.url}/prompt`, { method: 'POST', body: JSON.stringify({ prompt, ...more }) });

for (const version of ['0.33.0', '0.3.64'] as const) {
  test(`NaN in a stranger's prompt and in our own entry is read (${version})`, async () => {
    const rig = await comfyuiRig({ simulator: { version } });
    rig.simulator.setFaults({ bareNumbers: true });
    const graph = paint(20);
    const words = { class_type: 'CLIPTextEncode', inputs: { text: 'NaN', clip: ['loader', 1] } };
    await post(rig, { ...graph, words }, { extra_data: { score: 'NaN' } });
    const result = await (await rig.start('task', inputOf({ ...paint(1), words }))).result;
    expect(result.files).toHaveLength(1);
    expect(submissions(rig)).toBe(2);
  });

  test(`A server that makes ids of its own is followed under its id, and found again (${version})`, async () => {
    const rig = await comfyuiRig({ simulator: { version } });
    rig.simulator.setFaults({ ownPromptIds: true });
    const result = await (await rig.start('quick', inputOf(blank()))).result;
    expect(result.files).toHaveLength(1);
    expect(result.promptId).not.toBe((await rig.job('quick', inputOf(blank()))).promptId);
    const first = await rig.start('slow', inputOf(paint(40)));
    await first.reaches('running');
    first.leave();
    await expect(first.result).rejects.toThrow('shut down');
    await (
      await rig.start('slow', inputOf(paint(40)), 2)
    ).result;
    expect(submissions(rig)).toBe(2);
  });

  test(`A cancel reaches a prompt that has an id of the server's own (${version})`, async () => {
    const rig = await comfyuiRig({ simulator: { version } });
    rig.simulator.setFaults({ ownPromptIds: true });
    const run = await rig.start('task', inputOf(paint(500)));
    await run.reaches('running');
    run.cancel();
    await expect(run.result).rejects.toThrow('cancelled');
    const queue = (await (await fetch(`${rig.simulator.url}/queue`)).json()) as { queue_running: unknown[] };
    expect(queue.queue_running).toEqual([]);
  });
}

test.each(['<html>Welcome</html>', 'null', '[]', '{"queue_running": 3}', '"text"'])(
  'A server that answers %s is broken, not away',
  async (text) => {
    const rig = await comfyuiRig();
    rig.simulator.setFaults({ strangeAnswers: { '/queue': text } });
    await expect((await rig.start('task', inputOf(blank()))).result).rejects.toMatchObject({
      code: 'comfyui_failed',
      message: expect.stringContaining('not as ComfyUI does') as string,
    });
    expect(submissions(rig)).toBe(0);
  },
);

test('An answer that trickles and never ends counts as none, and a cancel does not wait for it', async () => {
  const rig = await comfyuiRig({ timings: { request: 400 } });
  rig.simulator.setFaults({ trickles: ['/queue'] });
  await expect((await rig.start('task', inputOf(blank()))).result).rejects.toMatchObject({
    code: 'comfyui_unavailable',
  });
  const patient = await comfyuiRig({ timings: { request: 600_000 } });
  patient.simulator.setFaults({ trickles: ['/system_stats'] });
  const run = await patient.start('task', inputOf(blank()));
  run.cancel();
  patient.simulator.setFaults({ trickles: [] });
  await expect(run.result).rejects.toThrow('cancelled');
});

test.each([['/'], ['/api/jobs'], ['/queue'], ['/history'], ['/prompt'], ['/view']])(
  'A cancel does not wait long for a server whose answers on %s trickle',
  async (path) => {
    const rig = await comfyuiRig({ timings: DEFAULT_TIMINGS });
    const run = await rig.start('task', inputOf(paint(1000)));
    await run.reaches('KSampler');
    rig.simulator.setFaults({ trickles: [path] });
    run.cancel();
    // Each request alone may take 10 s.
    expect(await Promise.race([run.result.catch(String), sleep(6000)])).toContain('cancelled');
  },
);

test('A submission whose answer trickles is not posted twice', async () => {
  const rig = await comfyuiRig();
  rig.simulator.setFaults({ tricklesAfterQueueing: 1 });
  await (
    await rig.start('task', inputOf(paint(3)))
  ).result;
  expect(submissions(rig)).toBe(1);
});

test('An answer larger than any answer of ComfyUI is not kept in memory', async () => {
  const rig = await comfyuiRig({ timings: { request: 20_000 } });
  rig.simulator.setFaults({ strangeAnswers: { '/queue': ' '.repeat(65 * 1024 * 1024) } });
  await expect((await rig.start('task', inputOf(blank()))).result).rejects.toMatchObject({
    code: 'comfyui_failed',
    message: expect.stringContaining('larger than 64 MiB') as string,
  });
});

test('Other messages for exhausted memory also free memory once, retry once and restart nothing', async () => {
  const rig = await comfyuiRig();
  rig.simulator.setFaults({ failures: { times: 1, type: 'RuntimeError', message: 'CUDA error: out of memory' } });
  await (
    await rig.start('task', inputOf(paint(3)))
  ).result;
  expect(rig.simulator.stats().freeCalls).toBe(1);
  expect(submissions(rig)).toBe(2);
});
