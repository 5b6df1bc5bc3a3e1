import { rename } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApi, type ApiRig } from '../helpers/api-rig.ts';

let api: ApiRig;
beforeAll(async () => {
  api = await startApi();
  await rename(api.assetRoot, `${api.assetRoot}-elsewhere`);
});
afterAll(() => api.close());

const clips = [{ type: 'image', src: 'picture.png' }];
test.each([
  { task_type: 'remotion_render', payload: { timeline: { durationInFrames: 9, clips } } },
  { task_type: 'cosyvoice', payload: { text: 'Hello', voice_id: 'luna' } },
  { task_type: 'cosyvoice', payload: { text: 'Hello', prompt_wav_path: 'a.wav' } },
])('While the disk of the asset folder is away, the error does not blame %j', async (body) => {
  const response = await api.submit(body);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('5');
  expect(await response.json()).toMatchObject({ code: 'asset_folder_unavailable', retryable: true });
});
