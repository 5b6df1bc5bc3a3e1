import path from 'node:path';
import { requirePort } from './ports.ts';
import type { Keep, StackOptions } from './stack-options.ts';
import type { Supervised } from './supervise.ts';
import { findTemporal } from '../temporal/binary.ts';
import { temporalAddress, temporalChild, waitForTemporal } from '../temporal/server.ts';

const HOST = '127.0.0.1';
const EXTERNAL_LIMIT_MS = 10_000;

export interface StackTemporal {
  address: string;
  uiUrl: string | undefined;
  /** Undefined for a server that runs elsewhere. */
  child: Supervised | undefined;
}

async function useExternal(
  { namespace, logger }: StackOptions,
  external: { address: string; uiUrl: string | undefined },
  signal: AbortSignal,
): Promise<StackTemporal> {
  const limit = AbortSignal.any([AbortSignal.timeout(EXTERNAL_LIMIT_MS), signal]);
  await waitForTemporal(external.address, namespace, limit).catch((error: unknown) => {
    throw new Error(
      `Connection refused: Temporal does not answer at ${external.address} for the namespace "${namespace}". ` +
        'Start it, or unset TEMPORAL_ADDRESS to use a server that is started with the middleware.',
      { cause: error },
    );
  });
  logger.info(`Temporal: using the server at ${external.address}`);
  return { ...external, child: undefined };
}

/**
 * Temporal for a stack: the server from the settings, or one that this starts, after installing its program if needed.
 */
export async function bringTemporal(options: StackOptions, keep: Keep, signal: AbortSignal): Promise<StackTemporal> {
  const { dataDir, cacheDir, logger, namespace, temporal } = options;
  if ('address' in temporal) return useExternal(options, temporal, signal);
  const { port, uiPort } = temporal;
  await requirePort({ host: HOST, port, what: 'Temporal', setting: 'TEMPORAL_PORT', orUse: 'TEMPORAL_ADDRESS' });
  await requirePort({ host: HOST, port: uiPort, what: 'the Temporal Web UI', setting: 'TEMPORAL_UI_PORT' });
  const given = options.binaries?.temporal;
  const found = given === undefined ? await findTemporal({ cacheDir, logger, signal }) : undefined;
  const executable = found?.executable ?? String(given);
  const folder = path.join(dataDir, 'temporal');
  const child = await keep(temporalChild({ executable, folder, port, uiPort, namespace }));
  logger.info(`Temporal: ${found === undefined ? executable : `server ${found.serverVersion}, ${found.source}`}`);
  return { address: temporalAddress({ port }), uiUrl: `http://localhost:${uiPort}`, child };
}
