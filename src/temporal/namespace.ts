import type { Connection } from '@temporalio/client';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import { DAY_MS, SEARCH_ATTRIBUTES } from '../contracts/names.ts';
import { messageOf } from '../errors.ts';
import { isAlreadyThere } from './connection.ts';

/** Temporal's numbers for the types that we use. */
const VALUE_TYPES = { Keyword: 2, Int: 3, KeywordList: 7 } as const;

/** The server keeps closed workflows this many days longer than we promise. */
const RETENTION_MARGIN_DAYS = 3;

/** The retention that the server needs for our `retentionDays`. */
export const serverRetentionDays = (retentionDays: number): number => retentionDays + RETENTION_MARGIN_DAYS;

/** How long the namespace keeps closed workflows, in days. */
export async function namespaceRetentionDays(connection: Connection, namespace: string): Promise<number> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return tsToMs(config?.workflowExecutionRetentionTtl) / DAY_MS;
}

/** Our search attributes that the namespace lacks, or has with another type. */
export async function missingSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.entries(SEARCH_ATTRIBUTES)
    .filter(([name, type]) => customAttributes?.[name] !== VALUE_TYPES[type])
    .map(([name]) => name);
}

async function addSearchAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length === 0) return [];
  const searchAttributes = Object.fromEntries(
    Object.entries(SEARCH_ATTRIBUTES)
      .filter(([name]) => missing.includes(name))
      .map(([name, type]) => [name, VALUE_TYPES[type]]),
  );
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
  return missing;
}

async function raiseRetention(connection: Connection, namespace: string, days: number): Promise<number> {
  const present = await namespaceRetentionDays(connection, namespace);
  if (present >= days) return present;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(days * DAY_MS) },
  });
  return days;
}

/**
 * Creates a namespace that keeps closed workflows as long as `prepareNamespace` demands. An existing namespace is left
 * unchanged.
 */
export async function registerNamespace(
  connection: Connection,
  { namespace, retentionDays }: { namespace: string; retentionDays: number },
): Promise<void> {
  const workflowExecutionRetentionPeriod = msToTs(serverRetentionDays(retentionDays) * DAY_MS);
  await connection.workflowService
    .registerNamespace({ namespace, workflowExecutionRetentionPeriod })
    .catch((error: unknown) => {
      // Another process may have created it.
      if (!isAlreadyThere(error)) throw error;
    });
}

export interface PreparedNamespace {
  /** The search attributes that were registered by this call. */
  added: string[];
  /** The retention afterwards. */
  retentionDays: number;
  /** Warnings for the operator about changes that the server refused; tasks run without these changes. */
  problems: string[];
}

/**
 * Registers our search attributes, and raises the retention of the namespace so that it keeps closed workflows longer
 * than `retentionDays`; it never lowers the retention. May run at every start and in several processes at once.
 * @throws when the server does not answer, the namespace is missing, or our search attributes can neither be found nor
 * registered.
 */
export async function prepareNamespace(
  connection: Connection,
  options: { namespace: string; retentionDays: number },
): Promise<PreparedNamespace> {
  const { namespace } = options;
  const wanted = serverRetentionDays(options.retentionDays);
  const problems: string[] = [];
  const added = await addSearchAttributes(connection, namespace).catch(async (error: unknown) => {
    // Another process may have added them first.
    const missing = await missingSearchAttributes(connection, namespace);
    if (missing.length === 0) return [];
    throw new Error(
      `The Temporal namespace "${namespace}" lacks the search attributes ${missing.join(', ')}, and they cannot be added: ${messageOf(error)}`,
      { cause: error },
    );
  });
  const retentionDays = await raiseRetention(connection, namespace, wanted).catch(async (error: unknown) => {
    const present = await namespaceRetentionDays(connection, namespace);
    problems.push(
      `The Temporal namespace "${namespace}" keeps closed workflows ${present} days instead of ${wanted}, and that cannot be raised: ${messageOf(error)}`,
    );
    return present;
  });
  return { added, retentionDays, problems };
}
