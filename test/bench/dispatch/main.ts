import { parseArgs } from 'node:util';
import { createTemporal } from '../../../src/temporal/connection.ts';
import { countInversions, countSwaps, gaps, median, quantiles, type Quantiles, type Ran } from './measure.ts';
import { bareWay, middlewareWay, runJobs } from './run.ts';
import { startBenchStack, type BenchStack } from './stack.ts';

/** `npm run bench:dispatch [-- --tasks 500 --pairs 5 --memory 5000]` */
const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '500' },
    pairs: { type: 'string', default: '5' },
    /**
     * So many tasks from four clients at once at the end, to see whether the workers grow and the order holds; 0 for
     * none.
     */
    memory: { type: 'string', default: '0' },
  },
});
const [tasks, pairs, many] = [Number(values.tasks), Number(values.pairs), Number(values.memory)];

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const round = (value: number): number => Math.round(value * 100) / 100;
const rounded = ({ p50, p95, p99 }: Quantiles): Quantiles => ({ p50: round(p50), p95: round(p95), p99: round(p99) });
const inWords = ({ p50, p95, p99 }: Quantiles): string =>
  `median ${round(p50)}, p95 ${round(p95)}, p99 ${round(p99)} ms`;
const MB = 1024 * 1024;

interface Order {
  inversions: number;
  lateSwaps: number;
}

function orderOf(ran: readonly Ran[]): Order {
  const order = { inversions: countInversions(ran), lateSwaps: countSwaps(ran) };
  say(
    `  order: ${order.inversions} inversions, ${order.lateSwaps} late swaps among equals, ${countSwaps(ran, 0)} swaps in all`,
  );
  return order;
}

/** What each program did for one task: on a machine with few cores that is what stands between two jobs. */
const workOf = (before: Map<string, number>, after: Map<string, number>): string =>
  [...after]
    .map(([name, ms]) => [name, round((ms - (before.get(name) ?? 0)) / tasks)] as const)
    .filter(([, ms]) => ms >= 1)
    .map(([name, ms]) => `${name} ${ms} ms`)
    .join(', ');

/** How the workers grow from the first thousand of many tasks to the last. */
async function growth(stack: BenchStack, run: (onProgress: (done: number) => void) => Promise<Ran[]>): Promise<Order> {
  const workers = { 'control worker': stack.control, 'GPU worker': stack.gpu };
  const before = new Map<string, number>();
  let from = 0;
  const ran = await run((done) => {
    if (from > 0 || done < 1000) return;
    from = done;
    for (const [name, worker] of Object.entries(workers)) before.set(name, worker.memory());
  });
  for (const [name, worker] of Object.entries(workers)) {
    const grown = (worker.memory() - (before.get(name) ?? 0)) / MB / ((ran.length - from) / 1000);
    say(`  ${name}: ${round(worker.memory() / MB)} MB, grew by ${round(grown)} MB per 1,000 tasks`);
  }
  return orderOf(ran);
}

const stack = await startBenchStack();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stack.remove().finally(() => process.exit(130)));
const temporal = createTemporal({
  address: stack.temporalAddress,
  namespace: 'default',
  uiUrl: undefined,
  priorityLevels: 101,
});
try {
  const [ours, bare] = [middlewareWay(stack), bareWay(stack, temporal)];
  const measured: { ours: number[]; bare: number[] }[] = [];
  const orders: Order[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    say(`Pair ${pair} of ${pairs}: ${tasks} tasks`);
    const run = { ours: [] as number[], bare: [] as number[] };
    // Alternately first, so that neither has the fresher server.
    for (const which of pair % 2 === 1 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)) {
      let before = stack.cpuTimes();
      const onStart = (): void => void (before = stack.cpuTimes());
      const ran = await runJobs(temporal, which === 'ours' ? ours : bare, { tasks, atOnce: 1, onStart });
      run[which] = gaps(ran);
      say(`  ${which === 'ours' ? 'middleware' : 'bare      '}: gap ${inWords(quantiles(run[which]))}`);
      say(`  CPU a task: ${workOf(before, stack.cpuTimes())}`);
      const order = orderOf(ran);
      if (which === 'ours') orders.push(order);
    }
    measured.push(run);
  }
  if (many > 0) {
    say(`${many} tasks in one queue`);
    const crowd = (onProgress: (done: number) => void) =>
      runJobs(temporal, ours, { tasks: many, atOnce: 4, onProgress });
    const { inversions } = await growth(stack, crowd);
    // Equals that arrive faster than the control worker queues them may overtake each other; docs/operations.md says
    // so.
    orders.push({ inversions, lateSwaps: 0 });
  }
  const ratio = (part: keyof Quantiles): number =>
    round(median(measured.map((run) => quantiles(run.ours)[part] / quantiles(run.bare)[part])));
  const sum = (part: keyof Order): number => orders.reduce((total, order) => total + order[part], 0);
  const result = {
    tasks,
    inversions: sum('inversions'),
    late_swaps: sum('lateSwaps'),
    gap_ms: rounded(quantiles(measured.flatMap((run) => run.ours))),
    bare_gap_ms: rounded(quantiles(measured.flatMap((run) => run.bare))),
    ratio: { p50: ratio('p50'), p95: ratio('p95') },
  };
  say(JSON.stringify(result));
  process.exitCode = result.inversions + result.late_swaps === 0 ? 0 : 1;
} finally {
  await temporal.connection.close();
  await stack.remove();
}
