import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { Manifest } from '../../src/assets/manifest.ts';
import type { CardHealth } from '../../src/contracts/health.ts';
import type { Holder } from '../../src/gpu/holder.ts';
import { HOLDERS_KEY, leaseKey } from '../../src/gpu/lease-store.ts';
import { identify } from '../../src/host/process-identity.ts';
import { freePort } from '../../src/local/stack/ports.ts';
import type { Stats } from '../../src/simulators/comfyui/stats.ts';
import { watchOverlaps, type OverlapWatch } from '../helpers/overlaps.ts';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts';
import { startTestStack, type TestStack } from '../helpers/test-stack.ts';
import { canContain, environmentOf, startWorkerProcess, type WorkerProcess } from '../helpers/worker-process.ts';

/** Each round does one of the things below; by hand, LEASE_ROUNDS=50. */
const ROUNDS = Number(process.env['LEASE_ROUNDS'] ?? 6);
/** A worker that gets no processor for so long is taken for hung. */
const LEASE_SECONDS = 5;
const CARD = 'two-workers:0';
const WAIT = { timeout: 60_000, interval: 50 };

interface Candidate {
  worker: WorkerProcess;
  /** Its way to Redis. */
  proxy: TcpProxy;
}

let stack: TestStack;
let folder: string;
let comfyui: string;
let redis: Redis;
let env: NodeJS.ProcessEnv;
let control: WorkerProcess;
let candidates: Candidate[] = [];
let started = 0;

async function startCandidate(proxy: TcpProxy): Promise<Candidate> {
  const name = `gpu-${(started += 1)}`;
  // The address of the stack's own Redis would count more.
  const own = { ...env, REDIS_URL: '', REDIS_PORT: String(proxy.port) };
  return { worker: await startWorkerProcess({ name, role: 'gpu', env: own, folder }), proxy };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'two-workers-'));
  const port = await freePort();
  comfyui = `http://127.0.0.1:${port}`;
  const options = { journal: path.join(folder, 'journal.jsonl'), stepMs: 50 };
  stack = await startTestStack({
    simulate: { comfyui: { port, options } },
    env: { GPU_ID: CARD, GPU_LEASE_SECONDS: String(LEASE_SECONDS) },
  });
  env = environmentOf(stack.worker.pid() ?? 0);
  // Of the channel to its supervisor.
  delete env['NODE_CHANNEL_FD'];
  delete env['NODE_CHANNEL_SERIALIZATION_MODE'];
  await stack.worker.stop();
  redis = new Redis({ host: '127.0.0.1', port: Number(env['REDIS_PORT']) });
  const proxies = [await startTcpProxy(Number(env['REDIS_PORT'])), await startTcpProxy(Number(env['REDIS_PORT']))];
  control = await startWorkerProcess({ name: 'control', role: 'control', env, folder });
  for (const proxy of proxies) candidates.push(await startCandidate(proxy));
});
afterAll(async () => {
  redis.disconnect();
  for (const { process: child, ended } of [...candidates.map(({ worker }) => worker), control]) {
    child.kill('SIGKILL');
    await ended;
  }
  for (const { proxy } of candidates) await proxy.cut();
  await stack.remove();
  await rm(folder, { recursive: true, force: true });
});

const holderPid = async (): Promise<number | undefined> => {
  const value = await redis.hget(HOLDERS_KEY, CARD);
  return value === null ? undefined : (JSON.parse(value) as Holder).pid;
};
const leaseRuns = async (): Promise<boolean> => (await redis.exists(leaseKey(CARD))) === 1;
const holds = async ({ worker }: Candidate): Promise<boolean> =>
  (await holderPid()) === worker.pid && (await leaseRuns());
const stats = async (): Promise<Stats> => (await (await fetch(`${comfyui}/simulator/stats`)).json()) as Stats;

/** Who has the card, and who stands by. */
async function places(): Promise<[holder: Candidate, standby: Candidate]> {
  const [one, other] = candidates;
  if (one === undefined || other === undefined) throw new Error('there are two');
  await vi.waitUntil(async () => (await holds(one)) || (await holds(other)), WAIT);
  return (await holds(one)) ? [one, other] : [other, one];
}

/** A process for one that has ended. */
async function replace(gone: Candidate): Promise<void> {
  const fresh = await startCandidate(gone.proxy);
  candidates = candidates.map((one) => (one === gone ? fresh : one));
}

let pictures = 0;
const picture = (steps: number): object => ({
  task_type: 'comfyui',
  payload: {
    template: 'flux_dev',
    params: { POSITIVE_PROMPT: `a heron, ${(pictures += 1)}`, WIDTH: 256, HEIGHT: 256, STEPS: steps },
  },
});
/** Of a colour of its own, so that it is drawn. */
const film = (number: number): object => ({
  task_type: 'remotion_render',
  payload: {
    timeline: {
      width: 64,
      height: 64,
      durationInFrames: 10,
      backgroundColor: `#${number.toString(16).padStart(6, '0')}`,
      subtitles: [],
    },
  },
});
const completed = (taskId: string) => stack.poll(taskId, ({ status }) => status === 'completed');

test('Health names who has the card', async () => {
  const [holder] = await places();
  const { cards } = (await (await fetch(`${stack.apiUrl}/health`)).json()) as { cards: CardHealth[] };
  expect(cards).toMatchObject([{ gpu_id: CARD, holder: { pid: holder.worker.pid }, lease: 'held' }]);
});

test('A stopped worker hands its task back; the next one continues, and no failure counts', async () => {
  const [holder, standby] = await places();
  const taskId = await stack.submit(picture(100));
  await stack.poll(taskId, ({ progress }) => progress > 0.1);
  holder.worker.process.kill('SIGTERM');
  expect(await holder.worker.ended).toBe(0);
  await vi.waitUntil(() => holds(standby), WAIT);
  await completed(taskId);
  const ours = (await stats()).submissions.filter(({ extraData }) => JSON.stringify(extraData).includes(taskId));
  expect(ours).toHaveLength(1);
  const manifest = await readFile(path.join(stack.assetRoot, 'work', taskId, 'manifest.json'), 'utf8');
  expect((JSON.parse(manifest) as Manifest).attempts.map(({ end }) => end)).toEqual(['released', 'completed']);
  await replace(holder);
});

/** What may befall the holder of the card. Afterwards two candidates are there again. */
const befalls: Record<string, (holder: Candidate, standby: Candidate, oneMore: () => Promise<void>) => Promise<void>> =
  {
    async 'is killed'(holder, standby) {
      holder.worker.process.kill('SIGKILL');
      await vi.waitUntil(() => holds(standby), WAIT);
      await replace(holder);
    },
    async 'leaves politely'(holder, standby) {
      holder.worker.process.kill('SIGTERM');
      expect(await holder.worker.ended).toBe(0);
      await vi.waitUntil(() => holds(standby), WAIT);
      await replace(holder);
    },
    async 'is stopped for good'(holder, standby) {
      holder.worker.process.kill('SIGSTOP');
      await vi.waitUntil(() => holds(standby), WAIT);
      await vi.waitUntil(() => holder.worker.process.signalCode === 'SIGKILL', WAIT);
      await replace(holder);
    },
    async 'is stopped for a moment'(holder, _standby, oneMore) {
      holder.worker.process.kill('SIGSTOP');
      await delay((LEASE_SECONDS * 1000) / 6);
      holder.worker.process.kill('SIGCONT');
      await oneMore();
      expect(await holds(holder)).toBe(true);
    },
    async 'is forgotten by Redis'(holder, _standby, oneMore) {
      await redis.flushall();
      await vi.waitUntil(() => holds(holder), WAIT);
      await oneMore();
    },
    async 'is cut off from Redis'(holder, _standby, oneMore) {
      await holder.proxy.cut();
      await vi.waitUntil(async () => !(await leaseRuns()), WAIT);
      await oneMore();
      await holder.proxy.mend();
      await vi.waitUntil(() => holds(holder), WAIT);
    },
  };

/** Sees to it that there is always work, until it is told to stop; then waits for the end of all of it. */
function keepBusy() {
  const stopping = new AbortController();
  let submitted = 0;
  let done = 0;
  const client = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await completed(await stack.submit((submitted += 1) % 8 === 0 ? film(submitted) : picture(8)));
      done += 1;
    }
  };
  const clients = Promise.all([client(), client(), client()]);
  void clients.catch(() => undefined);
  return {
    /** Resolves when a task that was submitted before now has been completed. */
    async oneMore(): Promise<void> {
      const before = done;
      await Promise.race([clients, vi.waitUntil(() => done > before, WAIT)]);
    },
    async stop(): Promise<number> {
      stopping.abort();
      await clients;
      return done;
    },
  };
}

test(
  `In ${ROUNDS} rounds of random faults of the holder, no two workers overlap and no task is lost`,
  async () => {
    const watch: OverlapWatch = watchOverlaps(CARD);
    const work = keepBusy();
    const names = Object.keys(befalls);
    for (let round = 0; round < ROUNDS; round++) {
      const name = names[round % names.length] ?? '';
      const [holder, standby] = await places();
      await work.oneMore();
      const began = Date.now();
      await befalls[name]?.(holder, standby, work.oneMore);
      if (process.env['LEASE_ROUNDS'] !== undefined)
        process.stdout.write(`round ${round + 1}: the holder ${name}, ${Date.now() - began} ms\n`);
      await work.oneMore();
    }
    expect(await work.stop()).toBeGreaterThan(ROUNDS);
    const { submissions, maxUnfinished } = await stats();
    const { looks, overlaps } = watch.stop(submissions);
    expect({ maxUnfinished, overlaps }).toEqual({ maxUnfinished: 1, overlaps: [] });
    expect(looks).toBeGreaterThan(0);
    process.stdout.write(
      process.env['LEASE_ROUNDS'] === undefined ? '' : `${submissions.length} prompts, films drawn at ${looks} looks\n`,
    );
  },
  60_000 * (ROUNDS + 2),
);

/** A worker for another card, gone when the test has ended. */
async function startOther(options: Partial<Parameters<typeof startWorkerProcess>[0]> & { name: string }) {
  const worker = await startWorkerProcess({ role: 'gpu', folder, env, ...options });
  onTestFinished(async () => {
    worker.process.kill('SIGKILL');
    await worker.ended;
  });
  const says = (words: RegExp) => vi.waitUntil(async () => words.test(await worker.log()), WAIT);
  return { ...worker, says };
}
const hostOf = async (card: string): Promise<string | undefined> => {
  const value = await redis.get(leaseKey(card));
  return value === null ? undefined : (JSON.parse(value) as Holder).host;
};

test('A card that a worker of another host had last is refused, until a worker is started with --take-over', async () => {
  const GPU_ID = 'taken-over:0';
  const { pid, started: began } = (await identify(process.pid)) ?? {};
  const gone = { host: 'another-box', machine: 'another-boot', pidNamespace: 'another', pid, started: began };
  await redis.hset(HOLDERS_KEY, GPU_ID, JSON.stringify({ ...gone, group: 1, instance: 'gone', since: 'yesterday' }));
  const refused = await startOther({ name: 'refused', env: { ...env, GPU_ID } });
  await refused.says(/No GPU work here: .* another-box \(since yesterday\).* start this worker with --take-over/);
  expect(await hostOf(GPU_ID)).toBeUndefined();
  const forced = await startOther({ name: 'forced', env: { ...env, GPU_ID }, args: ['--take-over'] });
  await forced.says(/Holding the card taken-over:0/);
  expect(await hostOf(GPU_ID)).toBe(hostname());
  await refused.says(/Standing by: process \d+ on this machine .* has the card taken-over:0/);
});

test.runIf(canContain())(
  'With one lock file only one container has the card, even hung and forgotten by Redis, until it ends',
  async () => {
    const own = { ...env, GPU_ID: 'contained:0', GPU_LOCK_FILE: path.join(folder, 'card.lock') };
    const first = await startOther({ name: 'container-a', env: own, contained: true });
    await first.says(/Holding the card contained:0/);
    expect(await hostOf('contained:0')).toBe('container-a');
    const second = await startOther({ name: 'container-b', env: own, contained: true });
    await second.says(/Standing by: process \d+ on container-a .* has the card contained:0/);

    const inside = Number(await readFile(`/proc/${first.pid}/task/${first.pid}/children`, 'utf8'));
    process.kill(inside, 'SIGSTOP');
    await redis.del(leaseKey('contained:0'));
    await redis.hdel(HOLDERS_KEY, 'contained:0');
    await second.says(/has the card contained:0, does not answer and cannot be killed from here; kill it yourself/);
    expect(await second.log()).not.toContain('Holding the card');

    first.process.kill('SIGKILL');
    await second.says(/Holding the card contained:0/);
    expect(await hostOf('contained:0')).toBe('container-b');
  },
);
