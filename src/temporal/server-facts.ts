import type { Connection } from '@temporalio/client';
import { missingSearchAttributes, namespaceRetentionDays } from './namespace.ts';

const ACTIVITY_QUEUE = 2;
/** One level for each priority 0–100. */
const EXACT_LEVELS = 101;
const PROBE_LIMIT = 20;

/** The facts that determine the order in which a Temporal server hands out tasks, and other facts that we rely on. */
export interface ServerFacts {
  version: string;
  /** Priority levels of the task queue; undefined when the server does not say. */
  priorityLevels: number | undefined;
  partitions: number | undefined;
  /** `exact`: every priority 0–100 in order. `banded`: neighbouring priorities share a level. `unknown`: no promise. */
  order: 'exact' | 'banded' | 'unknown';
  attributesMissing: string[];
  /** How long the namespace keeps closed workflows. */
  retentionDays: number;
}

/** The number of levels of a queue, from its default priority key: the default is the middle level. */
const levelsOf = (key: number): number => 2 * key - 1;

/** The priority keys that a queue has ever had tasks for, with its default key among them. */
async function priorityKeys(connection: Connection, namespace: string, taskQueue: string): Promise<number[]> {
  const { statsByPriorityKey } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: ACTIVITY_QUEUE,
    reportStats: true,
  });
  return Object.keys(statsByPriorityKey ?? {}).map(Number);
}

/**
 * The default key of queues under the server's present settings. No call returns it, but an unused queue shows only its
 * default key. A queue keeps the keys of earlier settings, so the probe uses the next name after each change of the
 * settings.
 */
async function defaultKey(connection: Connection, namespace: string): Promise<number | undefined> {
  for (let n = 0; n < PROBE_LIMIT; n += 1) {
    const [key, ...others] = await priorityKeys(connection, namespace, `middleware-levels-probe-${n}`);
    if (others.length === 0) return key;
  }
  return undefined;
}

async function priorityLevels(
  connection: Connection,
  namespace: string,
  taskQueue: string,
): Promise<number | undefined> {
  const [probed, keys] = await Promise.all([
    defaultKey(connection, namespace),
    priorityKeys(connection, namespace, taskQueue),
  ]);
  if (probed === undefined || keys.includes(probed)) return probed === undefined ? undefined : levelsOf(probed);
  // The queue has its own settings: its default key is the smallest one that leaves room for the largest known key.
  const possible = keys.filter((key) => 2 * key >= Math.max(...keys));
  return possible.length === 0 ? undefined : levelsOf(Math.min(...possible));
}

async function partitionCount(
  connection: Connection,
  namespace: string,
  taskQueue: string,
): Promise<number | undefined> {
  const answer = await connection.workflowService.listTaskQueuePartitions({
    namespace,
    taskQueue: { name: taskQueue },
  });
  const count = answer.activityTaskQueuePartitions.length;
  return count === 0 ? undefined : count;
}

/** Exported for its tests. */
export function orderOf(levels: number | undefined, partitions: number | undefined): ServerFacts['order'] {
  // Priorities apply only within one partition.
  if (levels === undefined || partitions !== 1) return 'unknown';
  return levels >= EXACT_LEVELS ? 'exact' : 'banded';
}

/** The resulting order of tasks: with fewer keys, priorities share bands on any server. */
export const effectiveOrder = ({ order }: ServerFacts, levels: number): ServerFacts['order'] =>
  order === 'exact' && levels < EXACT_LEVELS ? 'banded' : order;

/**
 * Describes the order, and what to change if our setting does not match the server's.
 * @param levels PRIORITY_LEVELS, the number of keys that we use.
 */
export function orderInWords(facts: ServerFacts, levels: number): string {
  const { order, partitions, priorityLevels: offered } = facts;
  if (order === 'unknown')
    return partitions === undefined || partitions > 1
      ? `higher priorities tend to run first: the queue has ${partitions ?? 'an unknown number of'} partitions instead of 1`
      : 'the server does not say how many priority levels it has';
  if (offered !== undefined && levels > offered)
    return `the server has ${offered} priority levels and PRIORITY_LEVELS is ${levels}: set both to the same number`;
  return levels >= EXACT_LEVELS
    ? 'higher priorities run first, equal ones by arrival'
    : `priorities 0–100 fall into ${levels} bands: higher bands run first, tasks of one band by arrival whatever their priority`;
}

/**
 * Reads the version of a Temporal server, and in which order it hands out the tasks of `taskQueue`. Takes about ten
 * milliseconds. The answer changes only with the server's settings, so frequent callers should cache it.
 * @throws when the server does not answer or the namespace is missing.
 */
export async function inspectServer(
  connection: Connection,
  options: { namespace: string; taskQueue: string },
): Promise<ServerFacts> {
  const { namespace, taskQueue } = options;
  const [info, attributesMissing, retentionDays, levels, partitions] = await Promise.all([
    connection.workflowService.getSystemInfo({}),
    missingSearchAttributes(connection, namespace),
    namespaceRetentionDays(connection, namespace),
    // These are unknown for servers without priorities, and for hosted servers that forbid the call.
    priorityLevels(connection, namespace, taskQueue).catch(() => undefined),
    partitionCount(connection, namespace, taskQueue).catch(() => undefined),
  ]);
  return {
    version: info.serverVersion,
    priorityLevels: levels,
    partitions,
    order: orderOf(levels, partitions),
    attributesMissing,
    retentionDays,
  };
}
