import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../../src/config.ts';
import { launch, type ChildSpec, type Run } from '../../../src/local/stack/child.ts';
import { signalGroup } from '../../../src/host/process-identity.ts';
import { freePort } from '../../../src/local/stack/ports.ts';
import { projectRoot } from '../../../src/host/project.ts';
import { findRedis } from '../../../src/local/redis/binary.ts';
import { redisChild } from '../../../src/local/redis/server.ts';
import { findTemporal } from '../../../src/local/temporal/binary.ts';
import { temporalAddress, temporalChild } from '../../../src/local/temporal/server.ts';
import { createTerminal } from '../../../src/local/terminal.ts';
import type { Told } from './told.ts';

/** A program that tells what it ran. */
export interface Teller {
  told: Told[];
  /** Resident memory in bytes. */
  memory(): number;
}

export interface BenchStack {
  apiUrl: string;
  temporalAddress: string;
  /** Of the middleware, whose GPU worker has an engine that does nothing. */
  control: Teller;
  gpu: Teller;
  /** The same without the middleware. */
  bareGpu: Teller;
  /** What each program has used of the processors since it began, in ms, by its name. */
  cpuTimes(): Map<string, number>;
  remove(): Promise<void>;
}

const READY_MS = 60_000;

/** Linux alone counts it for other processes. */
function residentBytes(pid: number): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

const TICKS_PER_SECOND = 100;

/** In user mode and in the kernel's, all threads together. */
function cpuMs(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '';
  const [user, kernel] = afterName.split(' ').slice(11, 13).map(Number);
  return (((user ?? 0) + (kernel ?? 0)) * 1000) / TICKS_PER_SECOND;
}

function listen({ pid, process: child }: Run): Teller {
  const told: Told[] = [];
  child.on('message', (message: Told & { type: string }) => {
    if (message.type === 'ran') told.push(message);
  });
  return { told, memory: () => residentBytes(pid) };
}

/** Temporal, Redis, API and control worker as ever, and the workers of the bench, all with throw-away data. */
export async function startBenchStack(): Promise<BenchStack> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'bench-')));
  const assetRoot = path.join(folder, 'assets');
  await mkdir(assetRoot);
  const logger = createTerminal();
  const { cacheDir } = loadConfig(process.env);
  const temporal = await findTemporal({ cacheDir, logger });
  const redis = await findRedis({ logger });
  const [port, redisPort, http] = [await freePort(), await freePort(), await freePort()];
  const address = temporalAddress({ port });
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: address,
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: String(redisPort),
    HOST: '127.0.0.1',
    PORT: String(http),
    ASSET_PATH: assetRoot,
    DATA_DIR: path.join(folder, 'data'),
    LOG_DIR: path.join(folder, 'logs'),
    GPU_ID: 'bench:0',
  };
  const program = (name: string, file: string, ...args: string[]): ChildSpec => ({
    name,
    command: process.execPath,
    args: [path.join(projectRoot(), 'dist', file), ...args],
    env,
    cwd: projectRoot(),
    ready: 'message',
    readyLimitMs: READY_MS,
    graceMs: 10_000,
    output: { file: path.join(folder, `${name}.out`) },
  });
  const bench = (name: string, file: string, ...args: string[]) =>
    program(name, `test/bench/dispatch/${file}`, ...args);

  const runs: Run[] = [];
  const pids = new Map<string, number>();
  const start = async (spec: ChildSpec): Promise<Run> => {
    const run = launch(spec);
    runs.push(run);
    pids.set(spec.name, run.pid);
    await run.ready;
    return run;
  };
  const remove = async (): Promise<void> => {
    for (const run of runs.toReversed()) {
      run.process.kill('SIGTERM');
      const late = setTimeout(() => signalGroup(run.pid, 'SIGKILL'), 10_000);
      await run.ended;
      clearTimeout(late);
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start(
      temporalChild({
        executable: temporal.executable,
        folder: path.join(folder, 'temporal'),
        port,
        uiPort: undefined,
        namespace: 'default',
      }),
    );
    await start(redisChild({ executable: redis, folder: path.join(folder, 'redis'), port: redisPort }));
    await start(program('api', 'src/server.js'));
    const control = listen(await start(program('control', 'src/worker.js', '--role', 'control')));
    const gpu = listen(await start(bench('gpu', 'gpu-worker.js')));
    await start(bench('bare-control', 'bare-worker.js', 'control'));
    const bareGpu = listen(await start(bench('bare-gpu', 'bare-worker.js', 'gpu')));
    const cpuTimes = () => new Map([...pids].map(([name, pid]) => [name, cpuMs(pid)]));
    return { apiUrl: `http://127.0.0.1:${http}`, temporalAddress: address, control, gpu, bareGpu, cpuTimes, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
