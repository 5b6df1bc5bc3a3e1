import type { z } from 'zod';
import { fieldErrors, isAbsent } from '../contracts/fields.ts';
import { misplacedFields, misplacedInSteps, misspeltFields } from '../contracts/misplaced-fields.ts';
import { LONGEST_DELAY_SECONDS } from '../contracts/labels.ts';
import { didYouMean } from '../contracts/nearest.ts';
import { PIPELINE, type TaskType } from '../contracts/names.ts';
import { pipelineSchema, type PipelineStep, type SubmittedStep } from '../contracts/pipeline.ts';
import { envelopeSchema, tasksSchema, type EncodedFields } from '../contracts/task.ts';
import { ignoredBeside, unknownFields } from '../contracts/unknown-fields.ts';
import type { Webhook } from '../contracts/webhook-events.ts';
import { webhookErrors, webhookOf } from '../contracts/webhook-fields.ts';
import { AppError, type FieldError } from '../errors.ts';
import { isPrivateHost } from '../outbound/private-address.ts';
import { checkSteps, type CheckedStep } from '../pipelines/check-steps.ts';
import { previewSteps } from '../pipelines/preview-steps.ts';
import type { Prepared, Prepares } from '../prepare/prepare.ts';
import type { PlacedFile } from '../sources/fetch-placed.ts';
import type { FilePlaces } from '../sources/file-places.ts';
import { derivedUuid } from '../text/derived-uuid.ts';
import { checkPayloads } from './handlers/check-payloads.ts';
import { identify, type Identity, type Submission, unquoted } from './idempotency.ts';
import {
  allowedDefault,
  codeOfDenied,
  deniedGraph,
  deniedPriority,
  type DeniedField,
  type SubmissionLimits,
} from './key-limits.ts';
import { findPipelineSources, withoutSources } from './pipeline-sources.ts';
import { readJson } from './read-json.ts';
import { refusal } from './refusal.ts';
import {
  limited,
  placedBelow,
  placeFiles,
  sourcesBelow,
  sourcesOfTask,
  validSources,
  withTaskId,
  type FoundSource,
  type Unfetched,
} from './request-sources.ts';

/** The labels of a request, in addition to its work. */
export interface CheckedLabels {
  client: string | undefined;
  tags: readonly string[];
  metadata: unknown;
  /** ISO 8601 in UTC. At most one of the two is set. */
  runAt: string | undefined;
  delaySeconds: number | undefined;
  webhook: Webhook | undefined;
}

/** A checked task without errors. */
export interface CheckedTask extends CheckedLabels {
  taskType: TaskType;
  priority: number;
  timeouts: { queue_seconds?: number | undefined; run_seconds?: number | undefined };
  input: object;
  summary: string;
  details: string;
  /** Warnings about ignored fields, for the answer. */
  warnings: string[];
  encoded?: EncodedFields;
}

export interface CheckedPipeline extends CheckedLabels {
  name: string | undefined;
  priority: number;
  output: unknown;
  steps: PipelineStep[];
  /** Warnings about ignored fields, for the answer. */
  warnings: string[];
  /** The text about the steps for the Web UI, in Markdown. */
  details: string;
  encoded?: EncodedFields;
}

/**
 * The result of a check. A refused request may have an identity too: it may repeat a request that was accepted when its
 * files existed.
 */
export type Checked<C> = { identity: Identity; checked: C } | { identity: Identity; refused: AppError };

/**
 * All checks of a request before it is accepted. They depend only on its body, which is JSON in UTF-8, and on the files
 * that it names. Without `placed`, a request that names sources is not checked yet.
 */
export interface Checks {
  /**
   * @param body may be empty afterwards, because its memory moves to another thread.
   * @throws {AppError} the errors of a request without an identity.
   */
  task: (
    body: Uint8Array,
    submission: Submission,
    placed?: readonly PlacedFile[],
  ) => Promise<Checked<CheckedTask> | Unfetched>;
  pipeline: (
    body: Uint8Array,
    submission: Submission,
    placed?: readonly PlacedFile[],
  ) => Promise<Checked<CheckedPipeline> | Unfetched>;
  /** @throws {AppError} the errors of the list itself. */
  tasks: (
    body: Uint8Array,
    submission: Submission,
    placed?: readonly PlacedFile[],
  ) => Promise<CheckedTasks | Unfetched>;
}

/** A list of tasks, each checked like one that is submitted alone. */
export interface CheckedTasks {
  items: Checked<CheckedTask>[];
  /** Warnings about ignored fields next to the tasks. */
  warnings: string[];
}

export interface ChecksDeps {
  prepare: Prepares;
  /** What finds the places of files in payloads; without it, only paths are allowed there. */
  filePlaces?: FilePlaces;
  /** How many tasks one pipeline may have, counting the items of `for_each`. */
  mostPipelineTasks: number;
  /** The longest run of one attempt that a client may ask for, in seconds. */
  mostRunSeconds: number;
  /** Whether webhooks may have private addresses. */
  allowPrivateWebhooks: boolean;
}

/** @param path of the timeouts in the request. */
const runSecondsErrors = (
  timeouts: { run_seconds?: number | undefined } | undefined,
  path: string,
  most: number,
): FieldError[] =>
  (timeouts?.run_seconds ?? 0) > most
    ? [
        {
          path: `${path}.run_seconds`,
          message: `expected at most ${most} seconds, the limit set by the operator (MAX_RUN_SECONDS)`,
        },
      ]
    : [];

type Labels = Pick<z.infer<typeof envelopeSchema>, 'client' | 'tags' | 'metadata' | 'run_at' | 'delay_seconds'> &
  Parameters<typeof webhookOf>[0];

const labelsOf = (labels: Labels): CheckedLabels => {
  const { client, tags = [], metadata = null, run_at: runAt, delay_seconds: delaySeconds } = labels;
  return { client, tags, metadata, runAt, delaySeconds, webhook: webhookOf(labels) };
};

/** The errors in the address of the webhook. Names are looked up when they are connected to. */
const addressErrors = (labels: Labels, { allowPrivateWebhooks }: ChecksDeps): FieldError[] =>
  webhookErrors(labels, ({ hostname }) =>
    allowPrivateWebhooks || !isPrivateHost(hostname)
      ? null
      : `${hostname} is a private address, which webhooks may not have; the operator can allow it with WEBHOOK_ALLOW_PRIVATE=true`,
  );

/** The errors in the time at which it should run. */
function timeErrors({ run_at: runAt, delay_seconds: delay }: Labels): FieldError[] {
  if (runAt === undefined) return [];
  if (delay !== undefined) return [{ path: 'delay_seconds', message: 'send either run_at or delay_seconds' }];
  const isFar = Date.parse(runAt) > Date.now() + LONGEST_DELAY_SECONDS * 1000;
  return isFar ? [{ path: 'run_at', message: 'expected a time within a year' }] : [];
}

const pastWarnings = ({ run_at: runAt }: Labels): string[] =>
  runAt !== undefined && Date.parse(runAt) <= Date.now()
    ? ['run_at has passed; it runs as soon as its turn comes']
    : [];

/** Checks a payload even if the rest of the request is wrong, so that all errors are reported at once. */
async function prepared(prepare: Prepares, taskId: string, body: unknown): Promise<Prepared<TaskType>> {
  const { task_type: type, payload } = (body ?? {}) as { task_type?: unknown; payload?: unknown };
  const known = envelopeSchema.shape.task_type.safeParse(type).data;
  if (known === undefined || typeof payload !== 'object' || payload === null) return { input: undefined, errors: [] };
  return prepare[known](taskId, payload);
}

/**
 * Refuses a pipeline that was sent as a task; otherwise the error would be a missing task type. @throws {AppError}
 * `invalid_request`
 */
function refusePipeline(body: unknown): void {
  const { task_type: type, steps } = (body ?? {}) as { task_type?: unknown; steps?: unknown };
  const path = Array.isArray(steps) ? 'steps' : 'task_type';
  if (Array.isArray(steps) || type === PIPELINE)
    throw refusal([{ path, message: 'send a pipeline, which is a list of steps, to POST /submit_pipeline' }]);
}

interface CheckOptions {
  taskId: string;
  /** Whether paths stand in the places of all sources that could be fetched. */
  isPlaced: boolean;
  /** The limits of the API key. */
  limits: SubmissionLimits | undefined;
}

const NO_LIMITS: SubmissionLimits = { ownGraphs: true };

/** The sources of a request that may be fetched: none if the key may not ask for the rest. @throws {AppError} */
function allowedSources(
  sources: Parameters<typeof validSources>[0],
  errors: readonly FieldError[],
  denied: readonly DeniedField[],
): FoundSource[] {
  if (denied.length > 0 && errors.length === 0) throw refusal(denied, denied[0]?.code);
  return validSources(sources, [...errors, ...denied]);
}

async function checkTask(
  deps: ChecksDeps,
  body: unknown,
  { taskId, isPlaced, limits = NO_LIMITS }: CheckOptions,
): Promise<CheckedTask | FoundSource[]> {
  refusePipeline(body);
  const { prepare, mostRunSeconds } = deps;
  const envelope = envelopeSchema.safeParse(body);
  const wrong = envelope.success
    ? [
        ...runSecondsErrors(envelope.data.timeouts, 'timeouts', mostRunSeconds),
        ...timeErrors(envelope.data),
        ...addressErrors(envelope.data, deps),
      ]
    : fieldErrors(envelope.error).map(({ path, message }) => ({ path, message: message + didYouMean(body, path) }));
  const sent = (body ?? {}) as { task_type?: unknown; payload?: unknown; priority?: unknown };
  const type = envelopeSchema.shape.task_type.safeParse(sent.task_type).data;
  const asked = envelopeSchema.shape.priority.safeParse(sent.priority).data ?? 0;
  const priority = allowedDefault(sent.priority, asked, limits.maxPriority);
  const denied = [
    ...deniedPriority(priority, limits.maxPriority, 'priority'),
    ...deniedGraph({ taskType: type, payload: sent.payload }, limits.ownGraphs, 'payload'),
  ];
  const sources = isPlaced ? [] : await sourcesOfTask(deps.filePlaces, body);
  if (sources.length > 0) return allowedSources(sources, wrong, denied);
  const payload = await prepared(prepare, taskId, body);
  const errors = [...wrong, ...payload.errors, ...denied];
  const warnings = [...misplacedFields(type, body), ...(payload.warnings ?? [])];
  if (errors.length > 0 || !envelope.success)
    throw refusal(errors, codeOfDenied(errors, denied) ?? ('code' in payload ? payload.code : undefined), warnings);
  // Without errors there is always an input.
  if (payload.input === undefined) throw new AppError('internal_error', 'a payload was neither refused nor prepared');
  const { task_type: taskType, timeouts = {} } = envelope.data;
  const { input, summary, details } = payload;
  warnings.push(...pastWarnings(envelope.data));
  return { ...labelsOf(envelope.data), taskType, priority, timeouts, input, summary, details, warnings };
}

/** Errors in further steps are not reported. */
const MOST_STEPS_LOOKED_AT = 1000;

/** The least number of tasks. Most requests with too many tasks are refused by it before any other check. */
const leastTasks = (steps: readonly SubmittedStep[]): number =>
  steps.reduce((sum, { for_each: each }) => sum + (each === undefined ? 1 : Array.isArray(each) ? each.length : 0), 0);

function tooMany(count: number, most: number): FieldError[] {
  const message = `expected at most ${most} tasks, counting the items of for_each; this pipeline has ${count} (limit MAX_PIPELINE_TASKS)`;
  return count > most ? [{ path: 'steps', message }] : [];
}

const describeSteps = (steps: readonly PipelineStep[]): string =>
  steps
    .map(
      ({ id, taskType, after }) => `* **${id}** ${taskType}${after.length === 0 ? '' : ` after ${after.join(', ')}`}`,
    )
    .join('\n');

const stepOf = ({ step, id, after }: CheckedStep): PipelineStep => ({
  id,
  taskType: step.task_type,
  payload: step.payload,
  priority: step.priority ?? null,
  queueSeconds: step.timeouts?.queue_seconds ?? null,
  runSeconds: step.timeouts?.run_seconds ?? null,
  onError: step.on_error ?? 'fail',
  forEach: step.for_each ?? null,
  after,
});

/** The steps as they were sent, if the body has any. */
const stepsSent = (body: unknown) => {
  const { steps } = (body ?? {}) as { steps?: unknown };
  return (Array.isArray(steps) ? steps : []).slice(0, MOST_STEPS_LOOKED_AT).map((step: unknown) => {
    const { task_type: type, timeouts, payload } = (step ?? {}) as Record<string, unknown>;
    return { taskType: envelopeSchema.shape.task_type.safeParse(type).data, timeouts, payload };
  });
};

/** What a key may not ask for in a step. @param path of the step in the request. */
const deniedInStep = (step: SubmittedStep, limits: SubmissionLimits, path: string): DeniedField[] => [
  ...deniedPriority(step.priority ?? 0, limits.maxPriority, `${path}.priority`),
  ...deniedGraph({ taskType: step.task_type, payload: step.payload }, limits.ownGraphs, `${path}.payload`),
];

async function checkPipeline(
  deps: ChecksDeps,
  body: unknown,
  { taskId: pipelineId, isPlaced, limits = NO_LIMITS }: CheckOptions,
): Promise<CheckedPipeline | FoundSource[]> {
  const parsed = pipelineSchema.safeParse(body);
  const unknown = unknownFields(body);
  const ignored = [...ignoredBeside(body), ...misplacedInSteps(stepsSent(body))];
  const refuse = (wrong: FieldError[], warnings = ignored): AppError => refusal(wrong, undefined, warnings);
  if (!parsed.success) throw refuse([...unknown, ...fieldErrors(parsed.error)]);
  const { name, output } = parsed.data;
  const sent = (body as { priority?: unknown }).priority;
  const priority = allowedDefault(sent, parsed.data.priority, limits.maxPriority);
  const denied = [
    ...deniedPriority(priority, limits.maxPriority, 'priority'),
    ...parsed.data.steps.flatMap((step, place) => deniedInStep(step, limits, `steps[${place}]`)),
  ];
  const obvious = tooMany(leastTasks(parsed.data.steps), deps.mostPipelineTasks);
  if (obvious.length > 0) throw refuse([...unknown, ...obvious]);
  const { steps: checked, ...found } = checkSteps(parsed.data.steps, output);
  const tooLong = parsed.data.steps.flatMap(({ timeouts }, place) =>
    runSecondsErrors(timeouts, `steps[${place}].timeouts`, deps.mostRunSeconds),
  );
  const labelErrors = [...timeErrors(parsed.data), ...addressErrors(parsed.data, deps)];
  const errors = [...unknown, ...labelErrors, ...tooLong, ...found.errors];
  const preview = await previewSteps(checked, output, deps.mostPipelineTasks);
  const many = tooMany(preview.count, deps.mostPipelineTasks);
  if (many.length > 0) throw refuse([...errors, ...many]);
  // A reference that is not valid has no value either; this is reported only once.
  const told = new Set(errors.map(({ path }) => path));
  const missing = preview.errors.filter(({ path }) => !told.has(path));
  const { filePlaces, mostPipelineTasks: most } = deps;
  const sources =
    filePlaces === undefined || isPlaced ? [] : await findPipelineSources(filePlaces, checked, { output, most });
  if (sources.length > 0) return allowedSources(sources, [...errors, ...missing], denied);
  const tasks = filePlaces === undefined ? preview.tasks : await withoutSources(filePlaces, preview.tasks);
  const payloads = await checkPayloads(deps.prepare, pipelineId, tasks);
  const wrong = [...errors, ...missing, ...payloads.errors, ...denied];
  const warnings = [...ignored, ...pastWarnings(parsed.data), ...payloads.warnings];
  if (wrong.length > 0) throw refusal(wrong, codeOfDenied(wrong, denied), warnings);
  const ordered = checked.map(stepOf);
  const labels = labelsOf(parsed.data);
  return { ...labels, name, priority, output, steps: ordered, details: describeSteps(ordered), warnings };
}

/** An item of a list: with an id of its own, and with the key of the request unless it has its own key. */
function itemSubmission(submission: Submission, item: unknown, index: number): Submission {
  const { idempotencyKey: key } = submission;
  const own = (item as { idempotency_key?: unknown } | null)?.idempotency_key;
  return {
    ...submission,
    newId: derivedUuid('item', submission.newId, String(index)),
    idempotencyKey: key === undefined || !isAbsent(own) ? undefined : `${unquoted(key)}[${index}]`,
  };
}

/** A check gives sources instead of a result if it needs their files first. */
type Outcome<C> = Checked<C> | FoundSource[];

/** The result of a check with its identity. An error of a request without an idempotency key is thrown. */
async function withIdentity<C>(identity: Identity, check: Promise<C | FoundSource[]>): Promise<Outcome<C>> {
  try {
    const found = await check;
    return Array.isArray(found) ? withTaskId(found, identity) : { identity, checked: found };
  } catch (error) {
    if (!(error instanceof AppError) || identity.fingerprint === undefined) throw error;
    return { identity, refused: error };
  }
}

async function checkItem(
  deps: ChecksDeps,
  item: unknown,
  { submission, placed }: { submission: Submission; placed: readonly PlacedFile[] | undefined },
): Promise<Outcome<CheckedTask>> {
  let identity: Identity = { taskId: submission.newId };
  try {
    identity = identify('task', item, submission);
    placeFiles(item, placed);
    const { taskId } = identity;
    const options = { taskId, isPlaced: placed !== undefined, limits: submission.limits };
    return await withIdentity(identity, checkTask(deps, item, options));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { identity, refused: error };
  }
}

async function checkTasks(
  deps: ChecksDeps,
  bytes: Uint8Array,
  submission: Submission,
  placed?: readonly PlacedFile[],
): Promise<CheckedTasks | Unfetched> {
  const body = readJson(bytes);
  const list = tasksSchema.safeParse(body);
  const warnings = misspeltFields(body, Object.keys(tasksSchema.shape));
  if (!list.success) throw refusal(fieldErrors(list.error), undefined, warnings);
  const items: Checked<CheckedTask>[] = [];
  const sources: FoundSource[] = [];
  for (const [index, item] of list.data.tasks.entries()) {
    const at = ['tasks', index];
    const mine = itemSubmission(submission, item, index);
    const found = await checkItem(deps, item, { submission: mine, placed: placed && placedBelow(placed, at) });
    if (Array.isArray(found)) sources.push(...sourcesBelow(found, at));
    else items.push(found);
  }
  return sources.length > 0 ? { body: bytes, sources: limited(sources) } : { items, warnings };
}

type Check<C> = (deps: ChecksDeps, body: unknown, options: CheckOptions) => Promise<C | FoundSource[]>;

/** Creates the checks for the present thread. */
export function createChecks(deps: ChecksDeps): Checks {
  const checking =
    <C>(kind: string, check: Check<C>) =>
    async (
      bytes: Uint8Array,
      submission: Submission,
      placed?: readonly PlacedFile[],
    ): Promise<Checked<C> | Unfetched> => {
      const body = readJson(bytes);
      // A repeated request is the same request, whatever its addresses lead to.
      const identity = identify(kind, body, submission);
      placeFiles(body, placed);
      const { taskId } = identity;
      const options = { taskId, isPlaced: placed !== undefined, limits: submission.limits };
      const found = await withIdentity(identity, check(deps, body, options));
      return Array.isArray(found) ? { body: bytes, sources: limited(found) } : found;
    };
  return {
    task: checking('task', checkTask),
    pipeline: checking('pipeline', checkPipeline),
    tasks: (bytes, submission, placed) => checkTasks(deps, bytes, submission, placed),
  };
}
