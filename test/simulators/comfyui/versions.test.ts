import { expect, test } from 'vitest';
import { ask, finished, submit, until } from '../../conformance/comfyui/client.ts';
import { quick } from '../../conformance/comfyui/graphs.ts';
import { flux, simulate } from './rig.ts';

test('0.3.64 has no job routes and takes any prompt id.', async () => {
  const { url } = await simulate({ version: '0.3.64' });
  expect((await ask(`${url}/system_stats`)).body.system.comfyui_version).toBe('0.3.64');
  expect((await ask(`${url}/api/jobs`)).status).toBe(404);
  const { body } = await ask(`${url}/prompt`, 'POST', { prompt: quick(), prompt_id: 'any thing' });
  expect(body.prompt_id).toBe('any thing');
  const found = await until(
    async () => (await ask(`${url}/history`)).body['any thing'] as { prompt: unknown[] } | undefined,
    'it ended',
  );
  expect(found.prompt[3]).toEqual({});
  expect((await ask(`${url}/api/jobs/${body.prompt_id}/cancel`, 'POST')).status).toBe(404);
});

test('0.3.64 calls an unknown class an invalid prompt, and checks the format of a film.', async () => {
  const { url } = await simulate({ version: '0.3.64' });
  const unknown = await ask(`${url}/prompt`, 'POST', { prompt: { '1': { class_type: 'Nope', inputs: {} } } });
  expect(unknown.body.error).toMatchObject({ type: 'invalid_prompt', details: "Node ID '#1'" });
  const film = {
    '1': { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 2, color: 1 } },
    '2': { class_type: 'CreateVideo', inputs: { images: ['1', 0], fps: 8 } },
    '3': { class_type: 'SaveVideo', inputs: { video: ['2', 0], filename_prefix: 'x', format: 'avi', codec: 'h264' } },
  };
  const { status, body } = await ask(`${url}/prompt`, 'POST', { prompt: film });
  expect([status, body.node_errors['3'].errors[0].type]).toEqual([400, 'value_not_in_list']);
});

test('The newest is like the one that was recorded, but for its number.', async () => {
  const { url } = await simulate({ version: 'newest' });
  expect((await ask(`${url}/system_stats`)).body.system.comfyui_version).toBe('0.38.1');
  const id = await submit(url, flux());
  await finished(url, id);
  expect((await ask(`${url}/api/jobs/${id}`)).body.status).toBe('completed');
});
