import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { waitOut } from '../../../src/drivers/cosyvoice/wait-out.ts';
import { readSamples, simulatedRig, speechRig, type SpeechRig } from './rig.ts';

const SCRIPT = 'This is the first sentence. The second one is spoken. And here is the third.';
const reason = new Error('cancelled');

const list = (rig: SpeechRig, folder: string): Promise<string[]> =>
  readdir(path.join(rig.root, folder)).catch(() => []);

/** Speaks and aborts as soon as CosyVoice works on a sentence. */
async function cancelDuring(
  rig: Awaited<ReturnType<typeof simulatedRig>>,
  sentence: string,
): Promise<{ error: unknown; phases: string[] }> {
  const controller = new AbortController();
  const phases: string[] = [];
  const speaking = rig
    .speak(rig.input(SCRIPT), { signal: controller.signal, onPhase: (phase) => phases.push(phase) })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  await vi.waitFor(() => expect(rig.simulator.stats().generations[sentence]).toBe(1), { timeout: 20_000, interval: 5 });
  controller.abort(reason);
  return { error: await speaking, phases };
}

test('A cancel waits until CosyVoice has ended its sentence, and then no other is begun.', async () => {
  const rig = await simulatedRig({ segmentMs: 150 });
  const { error, phases } = await cancelDuring(rig, 'The second one is spoken.');
  expect(error).toBe(reason);
  expect(phases).toEqual(['speaking', 'cancelling']);
  const { running, requests } = rig.simulator.stats();
  expect(running).toBe(0);
  expect(requests.length).toBe(2);
  expect(await list(rig, 'audio')).toEqual([]);
  expect(await list(rig, 'work/task-1')).toEqual(['sentences']);
});

test('The sentence that was waited for is kept: the next attempt goes on after it.', async () => {
  const rig = await simulatedRig({ segmentMs: 150 });
  await cancelDuring(rig, 'The second one is spoken.');
  await rig.speak(rig.input(SCRIPT));
  expect(Object.values(rig.simulator.stats().generations)).toEqual([1, 1, 1]);
});

test('A sentence that does not end is dropped after a while.', async () => {
  const rig = await simulatedRig({}, { timings: { waitOut: 100 } });
  rig.simulator.setFaults({ only: 'second', hangsInBody: 1 });
  const { error } = await cancelDuring(rig, 'The second one is spoken.');
  expect(error).toBe(reason);
  await vi.waitFor(() => expect(rig.simulator.stats().disconnects).toBe(1), 20_000);
  expect(rig.lines.join('\n')).toContain('CosyVoice is still speaking sentence 2 of 3');
  rig.simulator.release();
  await rig.speak(rig.input(SCRIPT));
  expect((await readSamples(rig.outputFile())).sampleRate).toBe(24_000);
});

test('A cancel while the file is written leaves no file.', async () => {
  const rig = await simulatedRig();
  const controller = new AbortController();
  const speaking = rig.speak(rig.input(SCRIPT, { format: 'mp3', loudness: -16 }), {
    signal: controller.signal,
    onPhase: (phase) => phase === 'joining' && controller.abort(reason),
  });
  await expect(speaking).rejects.toBe(reason);
  expect(await list(rig, 'audio')).toEqual([]);
  expect(await list(rig, 'work/task-1')).toEqual(['sentences']);
});

test('A task that is cancelled before it begins asks nothing of CosyVoice.', async () => {
  const rig = await simulatedRig();
  await expect(rig.speak(rig.input(SCRIPT), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(rig.simulator.stats().requests.length).toBe(0);
});

test('A cancel does not wait for an answer that trickles.', async () => {
  const controller = new AbortController();
  const server = createServer((request, response) => {
    if (request.method === 'GET') return response.end('{}');
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'), 20);
    response.once('close', () => clearInterval(timer));
    return controller.abort(reason);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const rig = await speechRig(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { dialect: 'v2' });
  const speaking = rig.speak(rig.input(SCRIPT), { signal: controller.signal }).catch((error: unknown) => error);
  // A sentence that is spoken is waited for much longer.
  expect(await Promise.race([speaking, sleep(8000)])).toBe(reason);
});

test('A cancel waits for an answer at the pace of speech, and for silence, up to the limit.', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const dropped = (bytesAt: (millisecond: number) => number): number | undefined => {
    const drops: number[] = [];
    let now = 0;
    const waiting = waitOut(15_000, () => drops.push(now));
    for (now = 10; now <= 20_000; now += 10) {
      vi.advanceTimersByTime(10);
      waiting.moved(bytesAt(now));
    }
    waiting.done();
    return drops[0];
  };
  expect(dropped(() => 0)).toBe(15_000);
  expect(dropped(() => 480)).toBe(15_000);
  expect(dropped((now) => (now % 2000 === 0 ? 24_000 : 0))).toBe(15_000);
  expect(dropped((now) => (now === 490 ? 100 : now === 510 ? 30_000 : 0))).toBe(15_000);
  expect(dropped((now) => (now % 50 === 0 ? 1 : 0))).toBeLessThan(2000);
});
