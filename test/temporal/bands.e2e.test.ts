import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { freePort } from '../../src/local/stack/ports.ts';
import { supervise } from '../../src/local/stack/supervise.ts';
import { temporalAddress, temporalChild } from '../../src/local/temporal/server.ts';
import { createLineLogger } from '../../src/logging.ts';
import { checkHealth } from '../../src/status/health.ts';
import { createEngines } from '../../src/engines/engines.ts';
import { startApi } from '../helpers/api-rig.ts';
import { createLines } from '../helpers/lines.ts';
import { film } from '../helpers/rendered-film.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { createTaskRig, type Render, type TaskRig } from '../helpers/task-rig.ts';

/** As a hosted Temporal has them. */
const LEVELS = 5;
const WAIT = { timeout: 60_000, interval: 20 };

/** A server that has our settings but for the number of its levels. */
async function startBandedServer(): Promise<string> {
  const port = await freePort();
  const spec = temporalChild({
    executable: inject('temporalBinary'),
    folder: await scratchFolder(),
    port,
    uiPort: undefined,
    namespace: 'default',
  });
  const args = [
    ...spec.args.map((arg) => (arg.startsWith('matching.priorityLevels=') ? `matching.priorityLevels=${LEVELS}` : arg)),
    // Tells of its backlog as it is, not as it was some seconds ago.
    '--dynamic-config-value',
    'matching.TaskQueueInfoByBuildIdTTL="1ms"',
  ];
  const server = supervise({ ...spec, args }, { logger: createLines().logger });
  onTestFinished(() => server.stop());
  await server.start();
  return temporalAddress({ port });
}

/** How many tasks the server itself has in the line for the GPU. */
async function backlog({ temporal, queues }: TaskRig): Promise<number> {
  const { stats } = await temporal.connection.workflowService.describeTaskQueue({
    namespace: 'default',
    taskQueue: { name: queues.gpu },
    taskQueueType: 2,
    reportStats: true,
  });
  return Number(stats?.approximateBacklogCount ?? 0);
}

test('On a server of five levels bands hold, arrival counts within a band, and health says so', async () => {
  const address = await startBandedServer();
  const render = vi.fn<Render>();
  const rig = await createTaskRig(
    (job, control) => render(job, control),
    undefined,
    {},
    { address, priorityLevels: LEVELS },
  );
  onTestFinished(() => rig.stop());

  const order: string[] = [];
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  render.mockImplementation(async ({ outputFile }) => {
    order.push(outputFile);
    await gate;
    return film;
  });
  const first = await rig.submit();
  await vi.waitUntil(() => order.length === 1, WAIT);
  const bands = [
    [81, 100, 85, 99],
    [61, 80],
    [60, 41, 59],
    [21, 40, 22],
    [20, 0, 19],
  ];
  const submitted: { taskId: string; priority: number }[] = [];
  // Of each band one after the other, so that arrival alone would mix them.
  for (let place = 0; place < 4; place += 1)
    for (const priority of bands.toReversed().flatMap((band) => band[place] ?? [])) {
      submitted.push({ taskId: await rig.submit({ priority }), priority });
      await vi.waitUntil(async () => (await backlog(rig)) === submitted.length, WAIT);
    }
  letGo();
  await Promise.all([first, ...submitted.map(({ taskId }) => taskId)].map((taskId) => rig.handle(taskId).result()));
  const ran = order.slice(1).map((file) => submitted.find(({ taskId }) => file.includes(taskId))?.priority);
  expect(ran).toEqual(bands.flat());

  const health = async (levels: number) => {
    const config = loadConfig({ TEMPORAL_ADDRESS: address, PRIORITY_LEVELS: String(levels) });
    const silent = createLineLogger('test', () => undefined);
    const engines = createEngines({ config, logger: silent });
    const api = await startApi({
      checkHealth: () =>
        checkHealth({
          temporal: rig.temporal,
          redis: rig.redis,
          config,
          engines,
          redisWriteRefusal: () => Promise.resolve(null),
        }),
    });
    onTestFinished(api.close);
    return (await (await fetch(`${api.base}/health`)).json()) as { temporal: object };
  };
  expect((await health(LEVELS)).temporal).toMatchObject({
    ok: true,
    priority_levels: LEVELS,
    order: 'banded',
    order_detail: expect.stringContaining('tasks of one band by arrival whatever their priority') as string,
  });
  expect((await health(101)).temporal).toMatchObject({
    order: 'banded',
    order_detail: 'the server has 5 priority levels and PRIORITY_LEVELS is 101: set both to the same number',
  });
});
