import { Connection } from '@temporalio/client';
import { QUEUES } from '../../contracts/names.ts';
import { messageOf } from '../../errors.ts';
import { serverRetentionDays } from '../../temporal/namespace.ts';
import { inspectServer, type ServerFacts } from '../../temporal/server-facts.ts';
import { findingsOf, type Finding, type Patient } from './finding.ts';
import { presentTemporal, TEMPORAL_HELP } from '../temporal/binary.ts';
import { TESTED_SERVER_VERSION } from '../temporal/settings.ts';

const CONNECT_LIMIT_MS = 2000;

export async function checkTemporalBinary({ config, isSet }: Patient): Promise<Finding> {
  const { ok, warn } = findingsOf('Temporal CLI');
  const found = await presentTemporal(config.cacheDir);
  const tested = `tested with ${TESTED_SERVER_VERSION}`;
  if (found !== undefined) return ok(`server ${found.serverVersion} (${tested}), ${found.source}`);
  if (isSet('TEMPORAL_ADDRESS')) return ok('not needed, because TEMPORAL_ADDRESS is set');
  return warn(`none found; \`npm start\` installs it (${tested}). Otherwise: ${TEMPORAL_HELP.join('; ')}`);
}

const ORDER_HELP: Record<ServerFacts['order'], string> = {
  exact: '',
  banded:
    'neighbouring priorities share a level; set matching.priorityLevels=101 on the server, or PRIORITY_LEVELS here',
  unknown:
    'the order is not guaranteed; set matching.priorityLevels=101 and one read and write partition on the server',
};

/** The problems of a server that answers, in words. */
export function judgeServer(facts: ServerFacts, retentionDays: number): string[] {
  const { order, attributesMissing } = facts;
  const short = facts.retentionDays < serverRetentionDays(retentionDays);
  return [
    ...(order === 'exact' ? [] : [`order ${order}: ${ORDER_HELP[order]}`]),
    ...(attributesMissing.length > 0
      ? [`search attributes missing: ${attributesMissing.join(', ')}; the worker adds them`]
      : []),
    ...(short
      ? [`keeps closed tasks ${facts.retentionDays} days, fewer than RETENTION_DAYS needs; the worker raises it`]
      : []),
  ];
}

export async function checkTemporalServer({ config, isSet }: Patient): Promise<Finding> {
  const { ok, warn, fail } = findingsOf('Temporal server');
  const { address, namespace } = config.temporal;
  const connection = Connection.lazy({ address, interceptors: [] });
  try {
    const facts = await connection.withDeadline(Date.now() + CONNECT_LIMIT_MS, () =>
      inspectServer(connection, { namespace, taskQueue: QUEUES.gpu }),
    );
    const { version, priorityLevels = 'unknown', partitions = 'unknown', order, retentionDays } = facts;
    const text = `${version} at ${address}: priority levels ${priorityLevels}, partitions ${partitions}, order ${order}, retention ${retentionDays} days`;
    const problems = judgeServer(facts, config.retentionDays);
    return problems.length === 0 ? ok(text) : warn([text, ...problems].join('; '));
  } catch (error) {
    if (isSet('TEMPORAL_ADDRESS'))
      return fail(`does not answer at ${address} (${messageOf(error)}); start it, or unset TEMPORAL_ADDRESS`);
    return ok(`none runs at ${address}; \`npm start\` starts one`);
  } finally {
    await connection.close();
  }
}
