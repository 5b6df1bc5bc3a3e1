import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../../src/local/stack/ports.ts';
import { createTemporal } from '../../../src/temporal/connection.ts';
import { priorityKey } from '../../../src/temporal/priority.ts';
import { BARE_QUEUES } from '../dispatch/bare-names.ts';
import { median } from '../dispatch/measure.ts';
import { peakBytes, startBenchChildren } from '../lib/bench-children.ts';
import { download, upload, writeTestFile } from './files.ts';
import { createHttpClient, pace, type Pace } from './load.ts';
import { measureWaiters } from './waiters.ts';

/** `npm run bench:api [-- --quick]` */
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
/** `quick` shows that the bench works; its numbers mean little. */
const SIZES = values.quick
  ? { rounds: 1, submits: 40, statusSeconds: 2, megabytes: 64, waiters: 50 }
  : { rounds: 3, submits: 400, statusSeconds: 10, megabytes: 1024, waiters: 500 };
const SUBMIT_CLIENTS = [1, 8, 32] as const;
const STATUS_CLIENTS = 8;
const GOALS = { submit: 0.75, status: 0.6, files: 0.8 };
const MB = 1024 * 1024;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const round = (value: number): number => Math.round(value * 100) / 100;
const whole = (value: number): number => Math.round(value);
const inWords = ({ perSecond, p50, p99 }: Pace): string =>
  `${whole(perSecond)} a second, median ${round(p50)} ms, 99 of 100 within ${round(p99)} ms`;

interface Compared {
  ours: number;
  bare: number;
  ratio: number;
}

/** Measures two things in turns, so that neither has the fresher machine. @returns medians of all turns. */
async function compare(ours: () => Promise<number>, bare: () => Promise<number>): Promise<Compared> {
  const turns: Compared[] = [];
  for (let turn = 0; turn < SIZES.rounds; turn += 1) {
    const results = { ours: 0, bare: 0 };
    for (const which of turn % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const))
      results[which] = await (which === 'ours' ? ours : bare)();
    turns.push({ ...results, ratio: results.ours / results.bare });
  }
  const middle = (part: keyof Compared): number => median(turns.map((one) => one[part]));
  return { ours: middle('ours'), bare: middle('bare'), ratio: middle('ratio') };
}

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
  const [routePort, filesPort] = [await freePort(), await freePort()];
  const ports = [String(routePort), String(filesPort)];
  await stack.startProgram('bare-servers', 'test/bench/api/bare-servers.js', stack.folder, ...ports);

  const isEnough = (calls: number): boolean => calls >= SIZES.submits;
  const startBare = () =>
    temporal.client.workflow.start('bareTask', {
      workflowId: randomUUID(),
      taskQueue: BARE_QUEUES.control,
      priority: { priorityKey: priorityKey(50, 101) },
    });
  const submit: Record<string, { per_s: number; bare_per_s: number; ratio: number }> = {};
  // Compilers and connections are warm after this.
  await pace(() => many.ask('/submit_task', TASK), { clients: 8, isOver: (calls) => calls >= 40 });
  await pace(startBare, { clients: 8, isOver: (calls) => calls >= 40 });
  for (const clients of SUBMIT_CLIENTS) {
    const measure = async (name: string, call: () => Promise<unknown>): Promise<number> => {
      const found = await pace(call, { clients, isOver: isEnough });
      say(`  ${name}: ${inWords(found)}`);
      return found.perSecond;
    };
    say(`Submit with ${clients} clients, ${SIZES.submits} tasks`);
    const found = await compare(
      () => measure('API          ', () => many.ask('/submit_task', TASK)),
      () => measure('bare Temporal', startBare),
    );
    submit[clients] = { per_s: round(found.ours), bare_per_s: round(found.bare), ratio: round(found.ratio) };
  }

  const { task_id: taskId } = JSON.parse(await many.ask('/submit_task', TASK)) as { task_id: string };
  const route = `/task_status/${taskId}`;
  const bareRoutes = createHttpClient(`http://127.0.0.1:${routePort}`, STATUS_CLIENTS);
  say(`Status with ${STATUS_CLIENTS} clients, ${SIZES.statusSeconds} s`);
  const p99: number[] = [];
  const poll = async (name: string, ask: (path: string) => Promise<string>): Promise<Pace> => {
    const found = await pace(() => ask(route), {
      clients: STATUS_CLIENTS,
      isOver: (_calls, seconds) => seconds >= SIZES.statusSeconds,
    });
    say(`  ${name}: ${inWords(found)}`);
    return found;
  };
  const status = await compare(
    async () => {
      const found = await poll('API         ', many.ask);
      p99.push(found.p99);
      return found.perSecond;
    },
    async () => (await poll('bare Express', bareRoutes.ask)).perSecond,
  );
  await bareRoutes.close();

  const memory = (): number => whole(peakBytes(stack.api.pid) / MB);
  say(`Memory of the API before waiters and files: ${memory()} MiB at most`);
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
    () => said('API      ', download(`${stack.apiUrl}/assets/down.bin`, megabytes)),
    () => said('bare pipe', download(`${files}/down.bin`, megabytes)),
  );
  say(`Upload of ${megabytes} MiB`);
  const up = await compare(
    async () => {
      const name = `${randomUUID()}.bin`;
      const speed = await said('API      ', upload(`${stack.apiUrl}/assets/${name}`, megabytes));
      await rm(path.join(stack.assetRoot, name));
      return speed;
    },
    async () => {
      const speed = await said('bare pipe', upload(`${files}/up.bin`, megabytes));
      await rm(path.join(stack.folder, 'up.bin'));
      return speed;
    },
  );

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
