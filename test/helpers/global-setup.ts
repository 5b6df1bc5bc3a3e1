import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { loadConfig } from '../../src/config.ts';
import { findChromium } from '../../src/host/chromium/find-chromium.ts';
import { runCommand } from '../../src/host/command.ts';
import { freePort } from '../../src/local/stack/ports.ts';
import { projectRoot } from '../../src/host/project.ts';
import { findRedis } from '../../src/local/redis/binary.ts';
import { redisChild } from '../../src/local/redis/server.ts';
import { supervise } from '../../src/local/stack/supervise.ts';
import { findTemporal } from '../../src/local/temporal/binary.ts';
import { temporalAddress, temporalChild } from '../../src/local/temporal/server.ts';
import { createTerminal } from '../../src/local/terminal.ts';
import { endTogether } from './end-together.ts';
import type { SharedServers } from './shared-servers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** For each of the test files that run at once. */
    servers: SharedServers[];
    /** In which test files note which of the servers they use. */
    lanesFolder: string;
    temporalBinary: string;
    redisBinary: string;
    chromiumExecutable: string;
  }
}

/** A Temporal and a Redis that are to be started. */
async function prepareServers(executables: { temporal: string; redis: string }, folder: string) {
  const [port, redisPort] = [await freePort(), await freePort()];
  const temporal = temporalChild({
    executable: executables.temporal,
    folder: path.join(folder, 'temporal'),
    port,
    uiPort: undefined,
    namespace: 'default',
  });
  const redis = redisChild({ executable: executables.redis, folder: path.join(folder, 'redis'), port: redisPort });
  const servers = { temporalAddress: temporalAddress({ port }), redisHost: '127.0.0.1', redisPort };
  return { children: [temporal, redis], servers };
}

/** Brings everything through the project's own set-up code, and starts the servers that tests share. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const logger = createTerminal();
  const { cacheDir, render } = loadConfig(process.env);
  await runCommand(process.execPath, [path.join(projectRoot(), 'tools', 'run.mjs'), 'build'], { timeoutMs: 300_000 });
  // One after the other: what they print while they bring something stays readable.
  const temporal = await findTemporal({ cacheDir, logger });
  const redisBinary = await findRedis({ logger });
  const chromium = await findChromium({ explicit: render.chromiumExecutable, cacheDir, logger });

  const folder = await mkdtemp(path.join(tmpdir(), 'gpu-middleware-tests-'));
  const executables = { temporal: temporal.executable, redis: redisBinary };
  const prepared: Awaited<ReturnType<typeof prepareServers>>[] = [];
  for (let lane = 0; lane < project.config.maxWorkers; lane++)
    prepared.push(await prepareServers(executables, path.join(folder, String(lane))));
  const children = prepared.flatMap((one) => one.children).map((spec) => supervise(spec, { logger }));
  let guardian: ReturnType<typeof endTogether> | undefined;
  const tearDown = async (): Promise<void> => {
    guardian?.kill('SIGKILL');
    await Promise.all(children.map((child) => child.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(children.map((child) => child.start()));
  } catch (error) {
    await tearDown();
    throw error;
  }
  guardian = endTogether({ pids: children.flatMap((child) => child.pid() ?? []), folder });
  project.provide(
    'servers',
    prepared.map(({ servers }) => servers),
  );
  project.provide('lanesFolder', folder);
  project.provide('temporalBinary', temporal.executable);
  project.provide('redisBinary', redisBinary);
  project.provide('chromiumExecutable', chromium.executable);
  return tearDown;
}
