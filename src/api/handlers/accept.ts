import type { PipelineInput } from '../../contracts/pipeline.ts';
import type { TaskLabels } from '../../contracts/labels.ts';
import type { EncodedFields, TaskInput } from '../../contracts/task.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import type { Prepares } from '../../prepare/prepare.ts';
import type { FilePlaces } from '../../sources/file-places.ts';
import type { SourceFetcher } from '../../sources/source-fetcher.ts';
import type { Checked, CheckedLabels, Checks } from '../checks/checks.ts';
import { createChecks } from '../checks/create-checks.ts';
import type { Identity, Submission } from '../idempotency.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { createSourcedChecks, type SourcedChecks } from '../sourced-checks.ts';

/** The common dependencies of accepting tasks and pipelines. */
export interface AcceptDeps {
  prepare: Prepares;
  /** How many tasks one pipeline may have, counting the items of `for_each`. */
  mostPipelineTasks: number;
  /** The checks of a request; by default they run in this thread. */
  checks?: Checks;
  /** What finds the places of files in payloads, for checks in this thread. */
  filePlaces?: FilePlaces;
  /** Fetches what requests name by address; absent: only paths are allowed. */
  fetcher?: Pick<SourceFetcher, 'fetch'>;
  /**
   * Starts the workflow; see `startTask` for what it returns and throws. `details` is Markdown for the Web UI, `client`
   * the owner.
   */
  startTask: (
    taskId: string,
    task: (TaskInput | PipelineInput) & { encoded?: EncodedFields },
    details: string,
    client: string,
  ) => Promise<'started' | 'existed' | 'either'>;
  /**
   * The `fingerprint` of the request with which the task of an id was accepted; null if there is no such task.
   * @throws {AppError} `temporal_unavailable`
   */
  findAccepted: (taskId: string) => Promise<{ fingerprint?: string | undefined } | null>;
  /**
   * Whether a client may queue one more task now. @param most how many its API key may have waiting; undefined for the
   * limit of all clients. @throws {AppError} `too_many_queued`, `queue_full`
   */
  admit: (client: string, taskId: string, most?: number) => Promise<void>;
  /** Records that the task was accepted, unless it has a record already. A failure does not matter. */
  recordPending: (taskId: string, task: TaskInput | PipelineInput) => Promise<unknown>;
  /** A new v4 uuid. */
  newTaskId: () => string;
  now: () => Date;
  /** The longest run of one attempt that a client may ask for. */
  mostRunSeconds: number;
  /** Whether webhooks may have private addresses. */
  allowPrivateWebhooks: boolean;
  logger: Logger;
}

/** The accepted work, made from a checked request. */
export interface Accepted {
  task: TaskInput | PipelineInput;
  encoded: EncodedFields | undefined;
  /** Markdown for the Web UI. */
  details: string;
  /** The owner. */
  owner: string;
  warnings: readonly string[];
  /** The text of the log line after type and id. */
  logged: string;
}

/** The name of the header that marks the answer to a request that was accepted before. */
export const REPLAYED = 'Idempotency-Replayed';

/** A task may be deleted between two queries. */
const MOST_TRIES = 3;

export const submissionOf = (
  deps: Pick<AcceptDeps, 'newTaskId'>,
  { key, client, caller, headers }: ApiRequest,
): Submission => ({
  newId: deps.newTaskId(),
  key,
  address: client,
  limits: caller.limits,
  idempotencyKey: headers['idempotency-key']?.toString(),
});

/** The checks of requests, with the fetching of what they name by address. */
export const sourcedChecksOf = (deps: AcceptDeps): SourcedChecks =>
  createSourcedChecks({ ...deps, checks: deps.checks ?? createChecks(deps) });

/** The labels of a submission in the input of its workflow. */
export function beside(
  { tags, metadata, runAt, delaySeconds = 0, webhook }: CheckedLabels,
  { fingerprint }: Identity,
  { owner, now, traceparent }: { owner: string; now: Date; traceparent: string | undefined },
): { acceptedAt: string; labels: TaskLabels; runAt?: string } {
  const trace = traceparent === undefined ? {} : { traceparent };
  const at = runAt === undefined ? now.getTime() + delaySeconds * 1000 : Date.parse(runAt);
  return {
    acceptedAt: now.toISOString(),
    labels: {
      client: owner,
      ...(tags.length === 0 ? {} : { tags }),
      ...(metadata === null ? {} : { metadata }),
      ...(fingerprint === undefined ? {} : { fingerprint }),
      ...trace,
      ...(webhook === undefined ? {} : { webhook: { ...webhook, ...trace } }),
    },
    ...(at > now.getTime() ? { runAt: new Date(at).toISOString() } : {}),
  };
}

const answer = (taskId: string, warnings: readonly string[], headers?: ApiResponse['headers']): ApiResponse => ({
  status: 200,
  body: { status: 'queued', task_id: taskId, ...(warnings.length > 0 ? { warnings } : {}) },
  ...(headers === undefined ? {} : { headers }),
});

/**
 * Accepts a checked request. If the same request came before, to this or another process, answers with its task.
 * Temporal decides: the process that first starts the workflow of an id has accepted the task.
 */
export function createAccept(deps: AcceptDeps) {
  /** @returns the answer if the request was accepted before. @throws {AppError} `idempotency_key_reused` */
  async function earlier({ taskId, fingerprint }: Identity, warnings: readonly string[]): Promise<ApiResponse | null> {
    if (fingerprint === undefined) return null;
    const before = await deps.findAccepted(taskId);
    if (before === null) return null;
    if (before.fingerprint !== fingerprint)
      throw new AppError('idempotency_key_reused', undefined, { extra: { task_id: taskId } });
    return answer(taskId, warnings, { [REPLAYED]: 'true' });
  }

  /** The answer to a refused request: the earlier answer if it was accepted before, otherwise the refusal. */
  const earlierOr = async (identity: Identity, refused: unknown): Promise<ApiResponse> => {
    const before = await earlier(identity, []);
    if (before === null) throw refused;
    return before;
  };

  return async <C>(
    { caller }: Pick<ApiRequest, 'caller'>,
    found: Checked<C>,
    make: (checked: C, identity: Identity) => Accepted,
  ): Promise<ApiResponse> => {
    const { identity } = found;
    const { taskId } = identity;
    if ('refused' in found) return earlierOr(identity, found.refused);
    const { task, encoded, details, owner, warnings, logged } = make(found.checked, identity);
    const refused = await deps.admit(owner, taskId, caller.limits.maxQueued).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    if (refused !== undefined) return earlierOr(identity, refused.error);
    for (let tries = 1; ; tries += 1) {
      const whole = encoded === undefined ? task : { ...task, encoded };
      const began = await deps.startTask(taskId, whole, details, owner);
      const before = began === 'started' ? null : await earlier(identity, warnings);
      if (before !== null) return began === 'either' ? answer(taskId, warnings) : before;
      const isGone = began !== 'started' && identity.fingerprint !== undefined;
      if (isGone && tries === MOST_TRIES) throw new AppError('busy');
      if (isGone) continue;
      deps.logger.info(`📥 Queued: ${task.taskType} (ID: ${taskId}, priority ${task.priority}${logged})`);
      await deps.recordPending(taskId, task).catch(() => undefined);
      return answer(taskId, warnings);
    }
  };
}
