import { type ExecutionError, executionErrorSchema } from '../client/schemas.ts';
import type { ServerContext } from '../context.ts';

/** How a prompt ended, and its outputs. */
export interface PromptEnd {
  outcome: 'success' | 'error' | 'interrupted';
  /** The outputs of each node from the history, not parsed. After a failure, the outputs made before it. */
  outputs: Record<string, unknown>;
  error: ExecutionError | null;
  /** Nodes whose results came from the cache. */
  cachedNodes: string[];
}

/**
 * `absent`: the prompt is not in the queue, not running and not in the history, so it was lost. This never means that
 * it ended.
 */
export type PromptState =
  | { state: 'absent' }
  | { state: 'pending' }
  | { state: 'running' }
  | ({ state: 'ended' } & PromptEnd);

interface Status {
  status_str: string;
  /** Some servers report the outcome only in this field. */
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
 * Reads how a prompt ended. The last messages decide, because failure and interruption share one status word, and a run
 * that failed early can still have the word of the run before it.
 */
export function readEnd(status: Status, outputs: Record<string, unknown>): PromptEnd {
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

async function findInQueue(
  { api }: Pick<ServerContext, 'api'>,
  promptId: string,
  signal: AbortSignal | undefined,
): Promise<PromptState> {
  // This order matters: a prompt that leaves the queue after the first request is in the history at the second.
  const { running, pending } = await api.queue(signal);
  const isOurs = (item: { promptId: string }): boolean => item.promptId === promptId;
  if (running.some(isOurs)) return { state: 'running' };
  if (pending.some(isOurs)) return { state: 'pending' };
  const entry = await api.history(promptId, signal);
  return entry === undefined ? { state: 'absent' } : { state: 'ended', ...readEnd(entry.status, entry.outputs ?? {}) };
}

/** Asks ComfyUI for the state of a prompt. @throws the errors of the API. */
export async function findPrompt(
  server: Pick<ServerContext, 'api' | 'abilities'>,
  promptId: string,
  signal?: AbortSignal,
): Promise<PromptState> {
  const job = server.abilities.jobs ? await server.api.job(promptId, signal) : undefined;
  if (job === undefined) return findInQueue(server, promptId, signal);
  if (job === null) return { state: 'absent' };
  if (WAITS.test(job.status)) return { state: 'pending' };
  if (RUNS.test(job.status)) return { state: 'running' };
  const { execution_status: run, execution_error: failed } = job;
  // If the run has no messages of its own, use the error of the job.
  const messages =
    run.messages.length === 0 && failed != null ? ([['execution_error', failed]] as const) : run.messages;
  const end = readEnd({ ...run, status_str: run.status_str || job.status, messages }, job.outputs ?? {});
  return { state: 'ended', ...end, ...(INTERRUPTED.test(job.status) && { outcome: 'interrupted' as const }) };
}
