import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { loadConfig } from '../../src/config.ts';
import { findChromium } from '../../src/local/chromium.ts';
import { runCommand } from '../../src/local/command.ts';
import { freePort } from '../../src/local/ports.ts';
import { projectRoot } from '../../src/local/project.ts';
import { findRedis } from '../../src/local/redis-binary.ts';
import { redisChild } from '../../src/local/redis.ts';
import { supervise } from '../../src/local/supervise.ts';
import { findTemporal } from '../../src/local/temporal-binary.ts';
import { temporalAddress, temporalChild } from '../../src/local/temporal-server.ts';
import { createTerminal } from '../../src/local/terminal.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A Temporal server that all e2e tests share, with our settings; use queues and ids of your own. */
    temporalAddress: string;
    temporalBinary: string;
    redisHost: string;
    redisPort: number;
    redisBinary: string;
    chromiumExecutable: string;
  }
}

/** Brings everything through the project's own set-up code, and starts one Temporal and one Redis with throw-away data. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const logger = createTerminal();
  const { cacheDir, render } = loadConfig(process.env);
  await runCommand(process.execPath, [path.join(projectRoot(), 'tools', 'run.mjs'), 'build'], { timeoutMs: 120_000 });
  // One after the other: what they print while they bring something stays readable.
  const temporal = await findTemporal({ cacheDir, logger });
  const redisBinary = await findRedis({ logger });
  const chromium = await findChromium({ explicit: render.chromiumExecutable, cacheDir, logger });

  const folder = await mkdtemp(path.join(tmpdir(), 'gpu-middleware-tests-'));
  const [port, redisPort] = [await freePort(), await freePort()];
  const children = [
    temporalChild({
      executable: temporal.executable,
      folder: path.join(folder, 'temporal'),
      port,
      uiPort: undefined,
      namespace: 'default',
    }),
    redisChild({ executable: redisBinary, folder: path.join(folder, 'redis'), port: redisPort }),
  ].map((spec) => supervise(spec, { logger }));
  const tearDown = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(children.map((child) => child.start()));
  } catch (error) {
    await tearDown();
    throw error;
  }
  project.provide('temporalAddress', temporalAddress({ port }));
  project.provide('temporalBinary', temporal.executable);
  project.provide('redisHost', '127.0.0.1');
  project.provide('redisPort', redisPort);
  project.provide('redisBinary', redisBinary);
  project.provide('chromiumExecutable', chromium.executable);
  return tearDown;
}
