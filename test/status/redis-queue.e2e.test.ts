import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createStatusStore } from '../../src/status/status-store.ts';
import { createRedisQueue, type QueueReader } from '../../src/status/redis-queue.ts';
import { priorityKey } from '../../src/temporal/priority.ts';
import { sharedServers } from '../helpers/shared-servers.ts';

let redis: Redis;
let queue: QueueReader;
beforeAll(() => {
  redis = new Redis({ host: sharedServers().redisHost, port: sharedServers().redisPort });
  queue = createRedisQueue(redis);
});
beforeEach(() => redis.flushall());
afterAll(() => redis.disconnect());

const BEGIN = Date.parse('2026-01-04T09:32:56.000Z');
const TASKS = ['a', 'b', 'c', 'd', 'e', 'f'];
const at = (ms: number): Date => new Date(BEGIN + ms);

type Step =
  | { do: 'queue' | 'run' | 'fail' | 'wait for the engine'; task: string }
  | { do: 'reposition'; task: string; priority: number };

const steps = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constantFrom('queue', 'run', 'fail', 'wait for the engine'),
      task: fc.constantFrom(...TASKS),
    }),
    fc.record({
      do: fc.constant('reposition' as const),
      task: fc.constantFrom(...TASKS),
      priority: fc.integer({ min: 0, max: 100 }),
    }),
  ) as fc.Arbitrary<Step>,
  { maxLength: 40 },
);

test.each([101, 5])(
  'After any events, exactly the waiting tasks are queued, by level and then arrival (%i levels)',
  async (levels) => {
    const store = createStatusStore(redis, 60_000, levels);
    const priorities = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(priorities, steps, async (first, what) => {
        await redis.flushall();
        const model = new Map<string, { priority: number; attempt: number; arrival: number | null; over: boolean }>();
        for (const [index, step] of what.entries()) {
          const own = first[TASKS.indexOf(step.task)] ?? 0;
          const known = model.get(step.task);
          const now = at(index);
          if (step.do === 'reposition') {
            const moved = await store.reposition(step.task, step.priority, now);
            expect(moved).toBe(known !== undefined && !known.over);
            if (known === undefined || known.over) continue;
            known.priority = step.priority;
            if (known.arrival !== null) known.arrival = index;
            continue;
          }
          const task = known ?? { priority: own, attempt: 0, arrival: null, over: false };
          model.set(step.task, task);
          // Each stay in the queue is that of a new attempt, as the workflow counts.
          if (step.do !== 'run' && step.do !== 'fail' && !task.over) task.attempt += 1;
          const status = step.do === 'run' ? 'processing' : step.do === 'fail' ? 'failed' : 'pending';
          await store.write(
            step.task,
            { runStartedAt: 1000, attempt: task.attempt },
            {
              status,
              taskType: 'remotion_render',
              createdAt: at(0).toISOString(),
              priority: own,
              queuedAt: step.do === 'queue' ? now.toISOString() : null,
            },
          );
          if (task.over) continue;
          task.arrival = step.do === 'queue' ? index : null;
          task.over = step.do === 'fail';
        }
        const waiting = [...model]
          .filter(([, { arrival }]) => arrival !== null)
          .toSorted(
            ([, a], [, b]) =>
              priorityKey(a.priority, levels) - priorityKey(b.priority, levels) || (a.arrival ?? 0) - (b.arrival ?? 0),
          )
          .map(([task]) => task);
        const look = await queue.read();
        expect(look.waiting.map(({ taskId }) => taskId)).toEqual(waiting);
        expect(look.count).toBe(waiting.length);
        expect(await Promise.all(waiting.map((task) => queue.positionOf(task)))).toEqual(waiting.map((_, n) => n + 1));
        const read = await Promise.all(TASKS.map(async (task) => (await store.read(task))?.position ?? null));
        expect(read).toEqual(await Promise.all(TASKS.map((task) => queue.positionOf(task))));
      }),
      { numRuns: 60 },
    );
  },
);

test("A task keeps its place when the same stay in the queue is written again with Temporal's exact time", async () => {
  const store = createStatusStore(redis, 60_000);
  const about = { status: 'pending', taskType: 'remotion_render', createdAt: 'then', priority: 50 } as const;
  for (const [index, task] of ['first', 'second'].entries())
    await store.write(task, { runStartedAt: 0, attempt: 0 }, { ...about, queuedAt: at(index).toISOString() });
  await store.reposition('first', 50, at(5));
  const projected = await store.write(
    'first',
    { runStartedAt: 1000, attempt: 0 },
    { ...about, queuedAt: at(0).toISOString() },
  );
  expect(projected).toBe(true);
  expect(await queue.positionOf('first')).toBe(2);
  expect(await store.read('first')).toMatchObject({ queuedAt: at(5).toISOString() });
});

test('Arrivals a millisecond apart keep their order at every priority', async () => {
  const store = createStatusStore(redis, 60_000);
  const about = { status: 'pending', taskType: 'remotion_render', createdAt: 'then' } as const;
  for (const priority of [0, 100])
    for (const ms of [1, 0])
      await store.write(
        `${priority}-${ms}`,
        { runStartedAt: 0, attempt: 0 },
        { ...about, priority, queuedAt: at(ms).toISOString() },
      );
  expect((await queue.read()).waiting.map(({ taskId }) => taskId)).toEqual(['100-0', '100-1', '0-0', '0-1']);
});
