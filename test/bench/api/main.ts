import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../../src/local/stack/ports.ts';
import { createTemporal } from '../../../src/temporal/connection.ts';
import { priorityKey } from '../../../src/temporal/priority.ts';
import { BARE_QUEUES } from '../dispatch/bare-names.ts';
import { median } from '../dispatch/measure.ts';
import { peakBytes, processorMs, startBenchChildren } from '../lib/bench-children.ts';
import { compare, type Compared } from './compare.ts';
import { download, upload, writeTestFile } from './files.ts';
import { createHttpClient, pace, type Pace } from './load.ts';
import { measureWaiters } from './waiters.ts';

/** `npm run bench:api [-- --quick]` */
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
/** `quick` shows that the bench works; its numbers mean little. */
const SIZES = values.quick
  ? { turns: 1, submits: { 1: 10, 8: 20, 32: 20 }, statusSeconds: 1, fileTurns: 1, megabytes: 64, waiters: 50 }
  : { turns: 9, submits: { 1: 50, 8: 150, 32: 150 }, statusSeconds: 2, fileTurns: 5, megabytes: 1024, waiters: 500 };
const SUBMIT_CLIENTS = [1, 8, 32] as const;
const STATUS_CLIENTS = 8;
const GOALS = { submit: 0.75, status: 0.6, files: 0.8 };
const MB = 1024 * 1024;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const round = (value: number): number => Math.round(value * 100) / 100;
const whole = (value: number): number => Math.round(value);
const inWords = ({ perSecond, p50, p99 }: Pace): string =>
  `${whole(perSecond)} a second, median ${round(p50)} ms, 99 of 100 within ${round(p99)} ms`;

const payload = { timeline: { width: 64, height: 64, durationInFrames: 30, clips: [{ type: 'text', text: 'bench' }] } };
const TASK = { task_type: 'remotion_render', payload };

const stack = await startBenchChildren();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stack.remove().finally(() => process.exit(130)));
const temporal = createTemporal({
  address: stack.temporalAddress,
  namespace: 'default',
  uiUrl: undefined,
  priorityLevels: 101,
});
const many = createHttpClient(stack.apiUrl, Math.max(...SUBMIT_CLIENTS));
try {
  await stack.startProgram('bare-control', 'test/bench/dispatch/bare-worker.js', 'control');
  const { task_id: taskId } = JSON.parse(await many.ask('/submit_task', TASK)) as { task_id: string };
  const route = `/task_status/${taskId}`;
  const [routePort, filesPort] = [await freePort(), await freePort()];
  const given = [stack.folder, String(routePort), String(filesPort), await many.ask(route)];
  const { pid: barePid } = await stack.startProgram('bare-servers', 'test/bench/api/bare-servers.js', ...given);

  // Status and files before the submissions, which leave work for many minutes that no machine with workers has.
  const bareRoutes = createHttpClient(`http://127.0.0.1:${routePort}`, STATUS_CLIENTS);
  say(`Status with ${STATUS_CLIENTS} clients, ${SIZES.turns} turns of ${SIZES.statusSeconds} s`);
  const p99: number[] = [];
  const costs = { ours: [] as number[], bare: [] as number[] };
  const poll = async (which: keyof typeof costs, ask: (path: string) => Promise<string>): Promise<number> => {
    const pid = which === 'ours' ? stack.api.pid : barePid;
    const used = processorMs(pid);
    const found = await pace(() => ask(route), {
      clients: STATUS_CLIENTS,
      isOver: (_calls, seconds) => seconds >= SIZES.statusSeconds,
    });
    costs[which].push((processorMs(pid) - used) / (found.perSecond * SIZES.statusSeconds));
    if (which === 'ours') p99.push(found.p99);
    say(`  ${which === 'ours' ? 'API         ' : 'bare Express'}: ${inWords(found)}`);
    return found.perSecond;
  };
  const status = await compare(
    { ours: () => poll('ours', many.ask), bare: () => poll('bare', bareRoutes.ask) },
    SIZES.turns,
  );
  await bareRoutes.close();
  const [cost, bareCost] = [median(costs.ours) * 1000, median(costs.bare) * 1000];
  say(
    `Processor time of one poll: API ${whole(cost)} µs, bare Express ${whole(bareCost)} µs (${round(bareCost / cost)})`,
  );

  const memory = (): number => whole(peakBytes(stack.api.pid) / MB);
  say(`Memory of the API before waiters: ${memory()} MiB at most`);
  say(await measureWaiters({ apiUrl: stack.apiUrl, task: TASK, waiters: SIZES.waiters, poll: () => many.ask(route) }));
  say(`Memory of the API with waiters: ${memory()} MiB at most`);

  const { megabytes } = SIZES;
  const files = `http://127.0.0.1:${filesPort}`;
  await writeTestFile(path.join(stack.assetRoot, 'down.bin'), megabytes);
  await writeTestFile(path.join(stack.folder, 'down.bin'), megabytes);
  const said = async (name: string, move: Promise<number>): Promise<number> => {
    const speed = await move;
    say(`  ${name}: ${whole(speed)} MiB a second`);
    return speed;
  };
  say(`Download of ${megabytes} MiB`);
  const down = await compare(
    {
      ours: () => said('API      ', download(`${stack.apiUrl}/assets/down.bin`, megabytes)),
      bare: () => said('bare pipe', download(`${files}/down.bin`, megabytes)),
    },
    SIZES.fileTurns,
  );
  say(`Upload of ${megabytes} MiB`);
  const sent = async (name: string, address: string, folder: string): Promise<number> => {
    const file = `${randomUUID()}.bin`;
    const speed = await said(name, upload(`${address}/${file}`, megabytes));
    await rm(path.join(folder, file));
    return speed;
  };
  const up = await compare(
    {
      ours: () => sent('API      ', `${stack.apiUrl}/assets`, stack.assetRoot),
      bare: () => sent('bare pipe', files, stack.folder),
    },
    SIZES.fileTurns,
  );

  const startBare = () =>
    temporal.client.workflow.start('bareTask', {
      workflowId: randomUUID(),
      taskQueue: BARE_QUEUES.control,
      priority: { priorityKey: priorityKey(50, 101) },
    });
  const submit: Record<string, { per_s: number; bare_per_s: number; ratio: number }> = {};
  for (const clients of SUBMIT_CLIENTS) {
    const submits = SIZES.submits[clients];
    const measure = async (name: string, call: () => Promise<unknown>): Promise<number> => {
      const found = await pace(call, { clients, isOver: (calls) => calls >= submits });
      say(`  ${name}: ${inWords(found)}`);
      return found.perSecond;
    };
    say(`Submit with ${clients} clients, ${SIZES.turns} turns of ${submits} tasks`);
    const found = await compare(
      {
        ours: () => measure('API          ', () => many.ask('/submit_task', TASK)),
        bare: () => measure('bare Temporal', startBare),
      },
      SIZES.turns,
    );
    submit[clients] = { per_s: round(found.ours), bare_per_s: round(found.bare), ratio: round(found.ratio) };
  }

  const moved = ({ ours, bare: other, ratio }: Compared) => ({
    mb_s: round(ours),
    bare_mb_s: round(other),
    ratio: round(ratio),
  });
  const missed = [
    ...((submit[8]?.ratio ?? 0) >= GOALS.submit ? [] : [`submit with 8 clients ${GOALS.submit}`]),
    ...(status.ratio >= GOALS.status ? [] : [`status ${GOALS.status}`]),
    ...(down.ratio >= GOALS.files ? [] : [`download ${GOALS.files}`]),
    ...(up.ratio >= GOALS.files ? [] : [`upload ${GOALS.files}`]),
  ];
  say(missed.length === 0 ? 'All goals are met.' : `Missed goals: ${missed.join(', ')}`);
  if (stack.deaths() > 0) process.exitCode = 1;
  const result = {
    submit,
    status: {
      per_s: round(status.ours),
      bare_per_s: round(status.bare),
      ratio: round(status.ratio),
      p99_ms: round(median(p99)),
    },
    download: moved(down),
    upload: moved(up),
    rss_mb: memory(),
  };
  say(JSON.stringify(result));
} finally {
  await many.close();
  await temporal.connection.close();
  await stack.remove();
}
