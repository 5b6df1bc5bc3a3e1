import { expect, test } from 'vitest';
import { begin, blank, comfyuiRig, inputOf, paint } from './rig.ts';

test('The previews of a sampler are reported with their node, and each file when it is in its place', async () => {
  const rig = await comfyuiRig();
  const run = await rig.start('task', inputOf(paint(4)));
  const { files } = await run.result;
  expect(run.files).toEqual(files.map(({ file }) => file));
  expect(run.previews.length).toBeGreaterThan(0);
  for (const { node, contentType, bytes } of run.previews) {
    expect([node, contentType]).toEqual(['sampler', 'image/jpeg']);
    expect(Buffer.from(bytes).toString('hex', 0, 3)).toBe('ffd8ff');
  }
});

test('A server of 2025 makes none, and neither does one that is asked for none', async () => {
  const old = await comfyuiRig({ simulator: { version: '0.3.64' } });
  const run = await old.start('task', inputOf(paint(3)));
  await run.result;
  const { driver, job } = await comfyuiRig({ previewMethod: 'none' });
  const silent = begin(driver, await job('task', inputOf(paint(3))));
  await silent.result;
  expect([run.previews, silent.previews]).toEqual([[], []]);
});

test('The pictures of another client’s prompt are not ours, although ComfyUI sends them to everybody', async () => {
  const rig = await comfyuiRig({ simulator: { stepMs: 60 } });
  // A prompt without a client id.
  const body = JSON.stringify({ prompt: paint(8), extra_data: { preview_method: 'auto' } });
  const headers = { 'Content-Type': 'application/json' };
  expect((await fetch(`${rig.simulator.url}/prompt`, { method: 'POST', body, headers })).status).toBe(200);
  const run = await rig.start('task', inputOf(blank()));
  await run.result;
  expect(run.phases).toContain('waiting for other work on ComfyUI');
  expect(run.previews).toEqual([]);
});
