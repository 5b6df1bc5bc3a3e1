import { expect, test, vi } from 'vitest';
import { forServerEngines } from '../../src/contracts/names.ts';
import { probeEngines, type Wakings } from '../../src/gpu/engine-monitor.ts';
import { createLineLogger } from '../../src/logging.ts';

const INTERVAL_MS = 5000;

function monitor() {
  const wake = vi.fn((_taskIds: readonly string[]) => Promise.resolve());
  const state = { now: 0, waiting: ['a', 'b'], up: true, wakings: {} as Wakings, wake };
  const logger = createLineLogger('GPUWorker', () => undefined);
  const look = async (): Promise<boolean> => {
    wake.mockClear();
    const deps = {
      listWaiting: (engine: string) => Promise.resolve(engine === 'cosyvoice' ? state.waiting : []),
      probes: forServerEngines(() => () => Promise.resolve(state.up)),
      wake,
      intervalMs: INTERVAL_MS,
      logger,
    };
    await probeEngines(deps, state.wakings, () => state.now);
    state.now += INTERVAL_MS;
    return wake.mock.calls.length > 0;
  };
  return { state, look };
}

test('Tasks that an answering engine refuses wake later each time, after five minutes at most', async () => {
  const { look, state } = monitor();
  const woken: number[] = [];
  for (let looks = 0; looks < 400; looks++) if (await look()) woken.push(state.now / 1000 - 5);
  const pauses = woken.map((at, index) => at - (woken[index - 1] ?? 0)).slice(1);
  expect(pauses.slice(0, 7)).toEqual([5, 10, 20, 40, 80, 160, 300]);
  expect(new Set(pauses.slice(6))).toEqual(new Set([300]));
});

test('An engine that was away meanwhile wakes its tasks at once when it is back', async () => {
  const { look, state } = monitor();
  for (let looks = 0; looks < 50; looks++) await look();
  state.up = false;
  for (let looks = 0; looks < 61; looks++) await look();
  state.up = true;
  expect(await look()).toBe(true);
});

test('Other tasks than those that were woken last do not wait for anything', async () => {
  const { look, state } = monitor();
  expect(await look()).toBe(true);
  state.waiting = ['c'];
  expect(await look()).toBe(true);
  state.waiting = ['d'];
  expect(await look()).toBe(true);
});
