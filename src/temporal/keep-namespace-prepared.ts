import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import type { Config } from '../config.ts';
import { ERRORS, messageOf } from '../errors.ts';
import type { Logger } from '../logging.ts';
import { isNotFound, isServerAway } from './connection.ts';
import { prepareNamespace, registerNamespace } from './namespace.ts';

const RETRY_MS = 2000;
/** A database that was lost, or replaced by an older one, may lack our search attributes and our retention. */
const LOOK_AGAIN_MS = 10_000;
const LIMIT_MS = 10_000;

interface NamespaceKeeper {
  connection: Connection;
  config: Config;
  logger: Logger;
}

async function prepare({ connection, config, logger }: NamespaceKeeper, makeAnew: boolean): Promise<void> {
  const options = { namespace: config.temporal.namespace, retentionDays: config.retentionDays };
  const within = <T>(call: () => Promise<T>): Promise<T> => connection.withDeadline(Date.now() + LIMIT_MS, call);
  const { added, problems } = await within(() => prepareNamespace(connection, options)).catch(
    async (error: unknown) => {
      if (!makeAnew || !isNotFound(error)) throw error;
      await within(() => registerNamespace(connection, options));
      logger.warn(`⚠️ The Temporal namespace "${options.namespace}" was lost with all its data; it was created again`);
      return within(() => prepareNamespace(connection, options));
    },
  );
  if (added.length > 0) logger.info(`Search attributes registered with Temporal: ${added.join(', ')}`);
  for (const text of problems) logger.warn(text);
}

function troubleOf(error: unknown, { address, namespace }: Config['temporal']): string {
  if (isServerAway(error))
    return `Connection refused: Temporal does not answer at ${address}. ${ERRORS.temporal_unavailable.hint}`;
  if (isNotFound(error))
    return `Temporal at ${address} has no namespace "${namespace}": correct TEMPORAL_NAMESPACE, or run: temporal operator namespace create ${namespace} --address ${address}`;
  return messageOf(error);
}

/** Prepares the namespace again and again until aborted. */
async function keepPreparing(keeper: NamespaceKeeper, signal: AbortSignal): Promise<void> {
  const { logger } = keeper;
  let said: string | undefined;
  const once = (text: string): void => {
    if (text !== said) logger.warn(text);
    said = text;
  };
  while (!signal.aborted) {
    await delay(LOOK_AGAIN_MS, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return;
    await prepare({ ...keeper, logger: { ...logger, warn: once } }, true).catch((error: unknown) => {
      // An absent server is logged elsewhere, and a new namespace is not known everywhere at once.
      if (!isServerAway(error) && !isNotFound(error)) once(messageOf(error));
    });
  }
}

/**
 * Prepares the namespace as soon as the server answers, and logs once why it waits. Resolves when the namespace is
 * prepared, or when aborted. After that it prepares the namespace repeatedly, and creates it again if it was lost with
 * its database. It does not create a namespace that never existed, because then the configured name is probably wrong.
 */
export async function keepNamespacePrepared(
  connection: Connection,
  config: Config,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const keeper = { connection, config, logger };
  let said: string | undefined;
  while (!signal.aborted) {
    try {
      await prepare(keeper, false);
      if (said !== undefined) logger.info('Temporal answers');
      void keepPreparing(keeper, signal);
      return;
    } catch (error) {
      const text = troubleOf(error, config.temporal);
      if (text !== said) logger.error(`❌ ${text}`);
      said = text;
    }
    await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}
