import type { ComfyuiApi } from '../client/api.ts';
import { type ExecutionError, executionErrorSchema } from '../client/schemas.ts';
import type { Abilities } from '../server/versions.ts';

/** How a prompt ended, and what it left. */
export interface Ended {
  outcome: 'success' | 'error' | 'interrupted';
  /** What ComfyUI's history holds for each node, unread. Of a failed run: what was made before the failure. */
  outputs: Record<string, unknown>;
  error: ExecutionError | null;
  /** Nodes whose results came from the cache. */
  cachedNodes: string[];
}

/** Where a prompt is. `absent`: neither waiting nor running nor in the history, so it was lost, never "done". */
export type Sight = { state: 'absent' } | { state: 'pending' } | { state: 'running' } | ({ state: 'ended' } & Ended);

interface Status {
  status_str: string;
  /** Of other servers and versions it may be all that says so. */
  completed?: boolean | undefined;
  messages: readonly (readonly [string, unknown, ...unknown[]])[];
}

const NO_REASON: ExecutionError = { node_id: '', node_type: '', exception_type: '', exception_message: '' };

const GOOD = /^(?:success|succeeded|completed|complete|ok|done)$/i;
const INTERRUPTED = /^(?:interrupted|cancell?ed)$/i;
const WAITS = /^(?:pending|queued|waiting)$/i;
const RUNS = /^(?:in_progress|running|executing|processing|started)$/i;

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/**
 * Failure and interruption share one status word, and a run that failed early can keep the word of the run before it: the last
 * messages decide (facts §1.6).
 */
export function readEnd(status: Status, outputs: Record<string, unknown>): Ended {
  const find = (name: string): unknown => status.messages.findLast(([type]) => type === name)?.[1];
  const failed = find('execution_error');
  const cachedNodes = listOf((find('execution_cached') as { nodes?: unknown } | undefined)?.nodes);
  const error = failed === undefined ? null : executionErrorSchema.catch(NO_REASON).parse(failed);
  if (error !== null) return { outcome: 'error', outputs, error, cachedNodes };
  const { status_str: word, completed } = status;
  if (find('execution_interrupted') !== undefined || INTERRUPTED.test(word))
    return { outcome: 'interrupted', outputs, error, cachedNodes };
  const isOpen = word === '' && (completed === true || Object.keys(outputs).length > 0);
  const good = GOOD.test(word) || (completed === true && !/error|fail/i.test(word)) || isOpen;
  return { outcome: good ? 'success' : 'error', outputs, error, cachedNodes };
}

async function lookInQueue(api: ComfyuiApi, promptId: string, signal: AbortSignal | undefined): Promise<Sight> {
  // In this order: what leaves the queue after the first look is in the history by the second.
  const { running, pending } = await api.queue(signal);
  const isOurs = (item: { promptId: string }): boolean => item.promptId === promptId;
  if (running.some(isOurs)) return { state: 'running' };
  if (pending.some(isOurs)) return { state: 'pending' };
  const entry = await api.history(promptId, signal);
  return entry === undefined ? { state: 'absent' } : { state: 'ended', ...readEnd(entry.status, entry.outputs ?? {}) };
}

/** Looks where a prompt is. Throws what the API throws. */
export async function look(
  api: ComfyuiApi,
  abilities: Abilities,
  promptId: string,
  signal?: AbortSignal,
): Promise<Sight> {
  const job = abilities.jobs ? await api.job(promptId, signal) : undefined;
  if (job === undefined) return lookInQueue(api, promptId, signal);
  if (job === null) return { state: 'absent' };
  if (WAITS.test(job.status)) return { state: 'pending' };
  if (RUNS.test(job.status)) return { state: 'running' };
  const { execution_status: told, execution_error: failed } = job;
  // Where the run's own words are missing, the job's stand for them.
  const messages =
    told.messages.length === 0 && failed != null ? ([['execution_error', failed]] as const) : told.messages;
  const end = readEnd({ ...told, status_str: told.status_str || job.status, messages }, job.outputs ?? {});
  return { state: 'ended', ...end, ...(INTERRUPTED.test(job.status) && { outcome: 'interrupted' as const }) };
}
