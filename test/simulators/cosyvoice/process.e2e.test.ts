import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startCosyvoiceProcess } from '../../helpers/cosyvoice-process.ts';
import { scratchFolder } from '../../helpers/scratch.ts';
import { say } from './rig.ts';

test('A killed process comes back on the same port, says the same, and still knows what it has counted.', async () => {
  const cosyvoice = await startCosyvoiceProcess(await scratchFolder());
  const first = await say(cosyvoice.url, 'Hello there.');
  expect(first.whole).toBe(true);
  await cosyvoice.setFaults({ hangsInBody: 1 });
  const torn = say(cosyvoice.url, 'Never heard.');
  await expect.poll(async () => (await cosyvoice.stats()).running).toBe(1);
  await cosyvoice.kill();
  expect(await torn).toMatchObject({ status: 200, whole: false });
  await cosyvoice.start();
  expect((await say(cosyvoice.url, 'Hello there.')).body.equals(first.body)).toBe(true);
  const { starts, requests, generations } = await cosyvoice.stats();
  expect([starts, requests.map(({ outcome }) => outcome)]).toEqual([2, ['completed', 'lost', 'completed']]);
  expect(generations).toEqual({ 'Hello there.': 2, 'Never heard.': 1 });
});

test('It can die in a body, and it stops when its parent lets go of it.', async () => {
  const cosyvoice = await startCosyvoiceProcess(await scratchFolder(), { voice: 'babble' }, { deaths: 1 });
  const died = once(cosyvoice.process, 'exit');
  expect(await say(cosyvoice.url, 'Hello there.')).toMatchObject({ status: 200, whole: false });
  expect(await died).toEqual([null, 'SIGKILL']);
  await cosyvoice.start();
  const stopped = once(cosyvoice.process, 'exit');
  cosyvoice.process.disconnect();
  expect(await stopped).toEqual([0, null]);
});
