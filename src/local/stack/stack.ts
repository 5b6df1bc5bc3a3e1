import { ENGINES } from '../../contracts/engines.ts';
import type { ServerEngine } from '../../contracts/names.ts';
import { findChromium } from '../../host/chromium/find-chromium.ts';
import { claimFolder } from './claim.ts';
import { serverChild, workerChild } from './middleware-children.ts';
import { requirePort } from './ports.ts';
import { simulatedEnvironment, simulatorChild } from './simulated-engines.ts';
import { bringRedis } from './redis.ts';
import type { Keep, StackOptions } from './stack-options.ts';
import { bringTemporal } from './temporal.ts';
import { supervise, type Supervised } from './supervise.ts';
import { allOrAbort } from './all-or-abort.ts';

export interface Stack {
  apiUrl: string;
  uiUrl: string | undefined;
  temporalAddress: string;
  /** Undefined if a server that runs elsewhere is used. */
  temporalServer: Supervised | undefined;
  redisServer: Supervised | undefined;
  /** The simulated engines. */
  simulators: Partial<Record<ServerEngine, Supervised>>;
  server: Supervised;
  worker: Supervised;
  /** Stops the worker and the API, then Redis and Temporal. */
  stop(): Promise<void>;
  /** Sends SIGKILL to all at once. The data folder stays claimed until the next start cleans up. */
  kill(): void;
}

async function startSimulators(
  { simulate = {}, dataDir, logger }: StackOptions,
  keep: Keep,
): Promise<Stack['simulators']> {
  const simulators: Stack['simulators'] = {};
  for (const [name, simulated] of Object.entries(simulate)) {
    const engine = name as ServerEngine;
    simulators[engine] = await keep(simulatorChild(engine, simulated, dataDir));
    logger.info(
      `${ENGINES[engine].label}: a stand-in on port ${simulated.port}; its pictures and sounds are not real results`,
    );
  }
  return simulators;
}

/**
 * Starts the whole middleware on this machine: Temporal, Redis, API and worker, each supervised, with their data in one
 * folder. Installs missing programs first.
 * @throws Error with the remedy; then nothing is left running.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir, cacheDir, http, logger, signal } = options;
  const apiUrl = `http://localhost:${http.port}`;
  const claim = await claimFolder({ dataDir, url: apiUrl, logger });
  const started: Supervised[] = [];
  const keep: Keep = async (spec) => {
    const child = supervise(spec, { logger, onRun: (pid) => claim.note(spec.name, pid) });
    started.push(child);
    await child.start();
    return child;
  };
  const stop = async (): Promise<void> => {
    // In the reverse order of the start, with Redis and Temporal last, because the others write their final state
    // there.
    for (const child of started.toReversed()) await child.stop();
    await claim.release();
  };
  const onAbort = (): void => started.forEach((child) => void child.stop());
  signal?.addEventListener('abort', onAbort);
  try {
    await requirePort({ ...http, what: 'the API', setting: 'PORT' });
    const [temporal, redisServer, chromium] = await allOrAbort(
      [
        (either) => bringTemporal(options, keep, either),
        (either) => bringRedis(options, keep, either),
        (either) => findChromium({ explicit: options.chromiumExecutable, cacheDir, logger, signal: either }),
      ],
      signal,
    );
    logger.info(`Chromium: ${chromium.version}, ${chromium.source}`);
    const simulators = await startSimulators(options, keep);
    const env = { ...simulatedEnvironment(options.simulate ?? {}), ...options.env };
    const settings = { ...options, env, temporal, chromiumExecutable: chromium.executable };
    const [server, worker] = await allOrAbort(
      [() => keep(serverChild(settings)), () => keep(workerChild(settings))],
      signal,
    );
    signal?.throwIfAborted();
    return {
      apiUrl,
      uiUrl: temporal.uiUrl,
      temporalAddress: temporal.address,
      temporalServer: temporal.child,
      redisServer,
      simulators,
      server,
      worker,
      stop,
      kill: () => started.forEach((child) => child.killNow()),
    };
  } catch (error) {
    await stop();
    throw signal?.aborted === true ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
