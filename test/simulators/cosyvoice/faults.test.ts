import { expect, test } from 'vitest';
import { pitchOf } from '../../../src/simulators/cosyvoice/voice/pitch.ts';
import { loudness, samplesOf, say, startSimulator, until } from './rig.ts';

const TEXT = 'Hello there, my friend.';

test('A body is cut after so many bytes, once.', async () => {
  const { url, setFaults } = await startSimulator();
  setFaults({ cuts: { times: 1, afterBytes: 1001 } });
  expect(await say(url, TEXT)).toMatchObject({ status: 200, whole: false, body: { length: 1001 } });
  expect(await say(url, TEXT)).toMatchObject({ status: 200, whole: true });
});

test('Bodies can be odd, empty or silent, and end cleanly.', async () => {
  const { url, setFaults } = await startSimulator();
  const good = await say(url, TEXT);
  setFaults({ oddBodies: 1 });
  expect(await say(url, TEXT)).toMatchObject({ whole: true, body: good.body.subarray(0, -1) });
  setFaults({ emptyBodies: 1 });
  expect(await say(url, TEXT)).toMatchObject({ status: 200, whole: true, body: { length: 0 } });
  setFaults({ silentBodies: 1 });
  const silent = await say(url, TEXT);
  expect([silent.body.length, loudness(samplesOf(silent.body))]).toEqual([good.body.length, 0]);
});

test('Speech can be too short, too long, or made for another rate.', async () => {
  const { url, setFaults, sampleRate } = await startSimulator();
  const good = await say(url, TEXT);
  setFaults({ tooShort: 1 });
  expect((await say(url, TEXT)).body.length).toBeLessThan(good.body.length / 5);
  setFaults({ tooLong: 1 });
  expect((await say(url, TEXT)).body.length).toBeGreaterThan(good.body.length * 5);
  setFaults({ wrongRates: { times: 1, rate: 48_000 } });
  const slow = await say(url, TEXT);
  expect(slow.body.length / good.body.length).toBeCloseTo(48_000 / sampleRate, 1);
  const hertz = (bytes: Buffer): number =>
    pitchOf(
      Float32Array.from(samplesOf(bytes), (sample) => sample / 32_768),
      sampleRate,
    ) ?? 0;
  expect(hertz(slow.body) / hertz(good.body)).toBeCloseTo(0.5, 1);
});

test('It answers 500, and strikes only the texts that are meant.', async () => {
  const { url, setFaults, stats } = await startSimulator();
  setFaults({ errors500: 1, only: 'third' });
  expect((await say(url, 'The first.')).status).toBe(200);
  expect((await say(url, 'The third.')).status).toBe(500);
  expect(stats().requests.map(({ outcome }) => outcome)).toEqual(['completed', 'refused']);
  expect(stats().generations).toEqual({ 'The first.': 1 });
});

test('With the bug of December 2025 every recording cuts the answer.', async () => {
  const { url, setFaults } = await startSimulator();
  setFaults({ tensorBug: true });
  expect(await say(url, TEXT)).toMatchObject({ status: 200, whole: false, body: { length: 0 } });
  setFaults({ tensorBug: false });
  expect(await say(url, TEXT)).toMatchObject({ status: 200, whole: true });
});

test.each(['hangsBeforeHeaders', 'hangsInBody', 'hangsAfterBytes'] as const)(
  '%s: nothing more comes.',
  async (name) => {
    const simulator = await startSimulator();
    simulator.setFaults({ [name]: 1 });
    const answer = say(simulator.url, TEXT).catch(() => 'torn');
    await until(() => simulator.stats().requests.length === 1);
    expect(await Promise.race([answer, new Promise((resolve) => void setTimeout(resolve, 200, 'hangs'))])).toBe(
      'hangs',
    );
    simulator.release();
    if (name === 'hangsBeforeHeaders') await simulator.crash();
    else expect(await answer).toMatchObject({ whole: false });
  },
);

test('While it loads connections are refused, and then it answers on the same port.', async () => {
  const simulator = await startSimulator();
  const refused = simulator.refuse(100);
  await expect(say(simulator.url, TEXT)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await refused;
  expect(await say(simulator.url, TEXT)).toMatchObject({ whole: true });
  const loading = await startSimulator({ loadMs: 100 });
  await expect(say(loading.url, TEXT)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('It dies in the middle of a body, and forgets what it did but not what it counted.', async () => {
  const simulator = await startSimulator();
  simulator.setFaults({ deaths: 1 });
  const answer = await say(simulator.url, TEXT);
  expect(answer).toMatchObject({ status: 200, whole: false });
  await expect(say(simulator.url, TEXT)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await simulator.restart();
  expect(await say(simulator.url, TEXT)).toMatchObject({ whole: true });
  const { starts, requests, generations } = simulator.stats();
  expect([starts, requests.map(({ outcome }) => outcome), generations]).toEqual([
    2,
    ['lost', 'completed'],
    { [TEXT]: 2 },
  ]);
});
