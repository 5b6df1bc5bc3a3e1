import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import type { Config } from '../config.ts';
import { ERRORS, messageOf } from '../errors.ts';
import type { Logger } from '../logging.ts';
import { isServerAway } from './connection.ts';
import { prepareNamespace } from './namespace.ts';

const RETRY_MS = 2000;

/** Prepares the namespace as soon as the server answers; says once what it waits for. Ends when done or aborted. */
export async function keepNamespacePrepared(
  connection: Connection,
  config: Config,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  let said: string | undefined;
  while (!signal.aborted) {
    try {
      const options = { namespace: config.temporal.namespace, retentionDays: config.retentionDays };
      const { added, problems } = await connection.withDeadline(Date.now() + 10_000, () =>
        prepareNamespace(connection, options),
      );
      if (added.length > 0) logger.info(`Search attributes registered with Temporal: ${added.join(', ')}`);
      for (const text of problems) logger.warn(text);
      if (said !== undefined) logger.info('Temporal answers');
      return;
    } catch (error) {
      const text = isServerAway(error)
        ? `Connection refused: Temporal does not answer at ${config.temporal.address}. ${ERRORS.temporal_unavailable.hint}`
        : messageOf(error);
      if (text !== said) logger.error(`❌ ${text}`);
      said = text;
    }
    await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}
