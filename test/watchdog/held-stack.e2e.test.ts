import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { PartHealth } from '../../src/contracts/health.ts';
import type { TaskStatusBody } from '../../src/contracts/task-status.ts';
import { freePort } from '../../src/local/stack/ports.ts';
import { HELD_EXIT_CODE } from '../../src/watchdog/watchdog.ts';
import { flux } from '../simulators/comfyui/rig.ts';
import { startTestStack, type TestStack } from '../helpers/test-stack.ts';

/** Steps of a picture that is painted for longer than the worker is held. */
const LONG = 300;
const HOLD = fileURLToPath(new URL('../fixtures/programs/hold-loop.mjs', import.meta.url));
const WAIT = { timeout: 90_000, interval: 100 };

/** A tenth of a second for each step. */
const picture = (text: string, steps: number) => ({
  task_type: 'comfyui',
  payload: { workflow: flux(text, 7, steps) },
});

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({
    simulate: { comfyui: { port: await freePort(), options: { stepMs: 100 } } },
    env: { NODE_OPTIONS: `--import=${HOLD}`, WATCHDOG_SECONDS: '20', SHUTDOWN_GRACE_SECONDS: '5' },
  });
});
afterAll(() => stack.remove());

const health = async () =>
  (await (await fetch(`${stack.apiUrl}/health`)).json()) as Record<'gpu_worker' | 'control_worker', PartHealth> & {
    status: string;
  };
const hold = (child: TestStack['worker']): void => void process.kill(child.pid() ?? 0, 'SIGUSR2');
const restarted = (name: string) =>
  vi.waitUntil(() => stack.said.find((line) => line.includes(`${name} ended (exit code ${HELD_EXIT_CODE})`)), WAIT);

test('A worker with a blocked loop shows in /health and waiting tasks, restarts, and no task is lost', async () => {
  await vi.waitUntil(async () => (await health()).status === 'ok', WAIT);
  const running = await stack.submit(picture('in hand', LONG));
  await stack.poll(running, ({ progress }) => progress > 0.01);
  const waiting = await stack.submit(picture('in line', 4));
  await stack.poll(waiting, ({ queue_position: position }) => position === 1);
  hold(stack.worker);
  const told = await vi.waitUntil(async () => {
    const { status, gpu_worker: gpu, control_worker: control } = await health();
    return !gpu.ok && !control.ok && { status, gpu: gpu.detail, control: control.detail };
  }, WAIT);
  expect(told.status).toBe('degraded');
  expect(told.gpu).toMatch(/has shown no sign of life for \d+ s: its event loop is blocked/);
  expect(told.control).toMatch(/its event loop is blocked/);
  const forWorker = ({ waiting: why }: TaskStatusBody): boolean => why?.for === 'worker';
  expect(await stack.poll(waiting, forWorker)).toMatchObject({
    status: 'pending',
    phase: 'waiting for a worker',
    queue_position: 1,
    eta_seconds: null,
    waiting: { for: 'worker', reason: expect.stringMatching(/no sign of life/) as string },
  });
  expect(await stack.poll(running, forWorker)).toMatchObject({ status: 'processing' });
  await restarted('Worker');
  await stack.logged(
    'worker.log',
    / - GPUWorker - ERROR - ❌ The event loop has been held for 20 s, longer than WATCHDOG_SECONDS.*hold-loop/,
  );
  for (const taskId of [running, waiting]) await stack.poll(taskId, ({ status }) => status === 'completed');
  await vi.waitUntil(async () => (await health()).status === 'ok', WAIT);
});

test('An API whose loop is held is started again, and knows what it accepted', async () => {
  const taskId = await stack.submit(picture('kept', 4));
  hold(stack.server);
  await restarted('API');
  await stack.poll(taskId, ({ status }) => status === 'completed');
});

test('While no worker runs, each task that waits says so', async () => {
  await stack.worker.stop();
  const taskId = await stack.submit(picture('patient', 4));
  const body = await stack.poll(taskId, ({ waiting }) => waiting?.for === 'worker');
  expect(body).toMatchObject({
    status: 'pending',
    phase: 'waiting for a worker',
    waiting: { for: 'worker', reason: expect.stringMatching(/^No control worker is running/) as string },
  });
  expect(await health()).toMatchObject({
    status: 'degraded',
    gpu_worker: { ok: false },
    control_worker: { ok: false },
  });
  await stack.worker.start();
  await stack.poll(taskId, ({ status }) => status === 'completed');
});
