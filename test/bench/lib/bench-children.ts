import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../../src/config.ts';
import { signalGroup } from '../../../src/host/process-identity.ts';
import { projectRoot } from '../../../src/host/project.ts';
import { findRedis } from '../../../src/local/redis/binary.ts';
import { redisChild } from '../../../src/local/redis/server.ts';
import { BEHIND_THE_API } from '../../../src/local/stack/behind-the-api.ts';
import { LARGE_BLOCKS_ARE_GIVEN_BACK } from '../../../src/local/stack/large-blocks.ts';
import { launch, type ChildSpec, type Run } from '../../../src/local/stack/child.ts';
import { freePort } from '../../../src/local/stack/ports.ts';
import { findTemporal } from '../../../src/local/temporal/binary.ts';
import { temporalAddress, temporalChild } from '../../../src/local/temporal/server.ts';
import { createTerminal } from '../../../src/local/terminal.ts';

const STOP_MS = 10_000;

/** The programs of a bench, with throw-away data. */
export interface BenchChildren {
  apiUrl: string;
  temporalAddress: string;
  folder: string;
  assetRoot: string;
  api: Run;
  control: Run;
  /** All that were started, by their names. */
  runs: ReadonlyMap<string, Run>;
  /** Starts a program of the build once more and waits until it is ready. @param file under `dist` */
  startProgram(name: string, file: string, ...args: string[]): Promise<Run>;
  /** How many programs ended that should not have. */
  deaths(): number;
  remove(): Promise<void>;
}

function statusBytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  try {
    const [, kilobytes = '0'] =
      new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

/** Resident memory of a process in bytes; 0 when it has ended. Only Linux counts it for other processes. */
export const residentBytes = (pid: number): number => statusBytes(pid, 'VmRSS');
/** The most that it has been so far. */
export const peakBytes = (pid: number): number => statusBytes(pid, 'VmHWM');

/** How much of a processor a process has used so far, in ms. Only Linux counts it for other processes. */
export function processorMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

async function stop(run: Run): Promise<void> {
  run.process.kill('SIGTERM');
  const late = setTimeout(() => signalGroup(run.pid, 'SIGKILL'), STOP_MS);
  await run.ended;
  clearTimeout(late);
}

/**
 * Starts Temporal, Redis, the API and the control worker.
 * @param environmentOf what API and workers get besides their addresses
 */
export async function startBenchChildren(
  environmentOf: (folder: string) => NodeJS.ProcessEnv = () => ({}),
): Promise<BenchChildren> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'bench-')));
  const assetRoot = path.join(folder, 'assets');
  await mkdir(assetRoot);
  const logger = createTerminal();
  const { executable } = await findTemporal({ cacheDir: loadConfig(process.env).cacheDir, logger });
  const redis = await findRedis({ logger });
  const [port, redisPort, http] = [await freePort(), await freePort(), await freePort()];
  const address = temporalAddress({ port });
  const env = {
    ...LARGE_BLOCKS_ARE_GIVEN_BACK,
    ...process.env,
    TEMPORAL_ADDRESS: address,
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: String(redisPort),
    HOST: '127.0.0.1',
    PORT: String(http),
    ASSET_PATH: assetRoot,
    DATA_DIR: path.join(folder, 'data'),
    LOG_DIR: path.join(folder, 'logs'),
    ...environmentOf(folder),
  };
  const runs = new Map<string, Run>();
  let deaths = 0;
  let isStopping = false;
  const start = async (spec: ChildSpec): Promise<Run> => {
    const run = launch(spec);
    runs.set(spec.name, run);
    void run.ended.then(() => void (deaths += isStopping ? 0 : 1));
    await run.ready;
    return run;
  };
  const startProgram = (name: string, file: string, ...args: string[]): Promise<Run> =>
    start({
      ...(file.endsWith('worker.js') ? { nice: BEHIND_THE_API } : {}),
      name,
      command: process.execPath,
      args: [path.join(projectRoot(), 'dist', file), ...args],
      env,
      cwd: projectRoot(),
      ready: 'message',
      readyLimitMs: 60_000,
      graceMs: STOP_MS,
      output: { file: path.join(folder, `${name}.out`) },
    });
  const remove = async (): Promise<void> => {
    isStopping = true;
    for (const run of [...runs.values()].toReversed()) await stop(run);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const data = { folder: path.join(folder, 'temporal'), port, uiPort: undefined, namespace: 'default' };
    await start(temporalChild({ executable, ...data }));
    await start(redisChild({ executable: redis, folder: path.join(folder, 'redis'), port: redisPort }));
    const api = await startProgram('api', 'src/server.js');
    const control = await startProgram('control', 'src/worker.js', '--role', 'control');
    const apiUrl = `http://127.0.0.1:${http}`;
    const places = { apiUrl, temporalAddress: address, folder, assetRoot };
    return { ...places, api, control, runs, startProgram, deaths: () => deaths, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
