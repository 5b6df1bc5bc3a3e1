import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ask, finished, submit, until } from '../../conformance/comfyui/client.ts';
import { startComfyuiProcess } from '../../helpers/comfyui-process.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { flux } from './rig.ts';

test('A killed process comes back empty on the same port, and still knows what it has counted.', async () => {
  const comfyui = await startComfyuiProcess(await scratchFolder(), { stepMs: 30 });
  const done = await submit(comfyui.url, flux('one', 1));
  const { outputs } = await finished(comfyui.url, done);
  const lost = await submit(comfyui.url, flux('two', 2));
  await until(
    async () => ((await comfyui.stats()).submissions.at(-1)?.startedAt === undefined ? undefined : true),
    'it runs',
  );
  await comfyui.kill();
  await expect(ask(`${comfyui.url}/prompt`)).rejects.toThrow('fetch failed');
  await comfyui.start();
  expect((await ask(`${comfyui.url}/api/jobs/${lost}`)).status).toBe(404);
  expect((await ask(`${comfyui.url}/view?filename=${outputs['9'].images[0].filename}`)).status).toBe(200);
  const { executions, submissions, starts } = await comfyui.stats();
  expect([executions, submissions.map(({ outcome }) => outcome), starts]).toEqual([
    { [done]: 1 },
    ['success', 'lost'],
    2,
  ]);
});

test('It can kill itself, and it stops when its parent lets go of it.', async () => {
  const comfyui = await startComfyuiProcess(await scratchFolder(), {}, { frozen: true });
  expect((await ask(`${comfyui.url}/simulator/faults`)).body.frozen).toBe(true);
  const died = once(comfyui.process, 'exit');
  await comfyui.act('crash');
  expect(await died).toEqual([null, 'SIGKILL']);
  await comfyui.start();
  const stopped = once(comfyui.process, 'exit');
  comfyui.process.disconnect();
  expect(await stopped).toEqual([0, null]);
});
