import { access } from 'node:fs/promises';
import { activityInfo, Context } from '@temporalio/activity';
import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { hashInput } from '../src/assets/manifest.ts';
import { sumUp } from '../src/contracts/fields.ts';
import { makeTask, type TaskLimits } from '../src/contracts/make-task.ts';
import { PIPELINE, type TaskType } from '../src/contracts/names.ts';
import type { ItemCounts, PipelineActivities, StepAsked, StepReady } from '../src/contracts/pipeline-activities.ts';
import type { PipelineInput, PipelineStep } from '../src/contracts/pipeline.ts';
import { eventOf } from '../src/contracts/webhook-events.ts';
import { AppError, type ErrorBody, type ErrorCode, type FieldError } from '../src/errors.ts';
import type { Logger } from '../src/logging.ts';
import { explainNulls } from '../src/pipelines/explain-nulls.ts';
import { createPromiseCache } from '../src/pipelines/promise-cache.ts';
import { itemOf } from '../src/pipelines/null-references.ts';
import { resolveList, resolveValue } from '../src/pipelines/resolve-value.ts';
import { stepTaskId } from '../src/pipelines/step-task-id.ts';
import { atItem, UnresolvedError, type Values } from '../src/pipelines/values.ts';
import { prepareUnfetched } from '../src/prepare/prepare-unfetched.ts';
import type { Prepare, Prepares } from '../src/prepare/prepare.ts';
import { fetchPlaced, type WantedSource } from '../src/sources/fetch-placed.ts';
import type { FilePlace, FilePlaces } from '../src/sources/file-places.ts';
import { findSources, setAt } from '../src/sources/place-sources.ts';
import { isSourceCode, type SourceFetcher } from '../src/sources/source-fetcher.ts';
import { shownLabels } from '../src/status/record.ts';
import type { StatusStore } from '../src/status/status-store.ts';
import type { Temporal } from '../src/temporal/connection.ts';
import type { AnnounceEvent } from '../src/webhooks/announce-event.ts';
import { describeTask } from '../src/status/describe-task.ts';
import { priorityKey } from '../src/temporal/priority.ts';
import { LARGEST_INPUT_BYTES } from '../src/tasks/start-task.ts';
import { latestRun } from '../src/temporal/step-tasks.ts';
import { workflowInput } from '../src/temporal/workflow-input.ts';
import { cutMessage } from '../src/text/cut-text.ts';
import { createPipelineLog } from './log-pipeline.ts';
import { presentRun } from './present-run.ts';
import { createStepValues, type PipelineRun } from './step-values.ts';

export interface PipelineDeps extends TaskLimits {
  assetRoot: string;
  temporal: Temporal;
  status: StatusStore;
  prepare: Prepares;
  /** What payloads may name by address; absent: nothing. */
  sources?: { filePlaces: FilePlaces; fetcher: Pick<SourceFetcher, 'fetch'> };
  priorityLevels: number;
  /** The queue of GPU work. */
  gpuQueue?: string;
  announce: AnnounceEvent;
  now: () => Date;
  logger: Logger;
}

/** Enough for the results of the largest pipeline and for the pipelines themselves. */
const MOST_REMEMBERED = 500;
const BEAT_MS = 5000;

const isTooLarge = (value: unknown): boolean => Buffer.byteLength(JSON.stringify(value) ?? '') > LARGEST_INPUT_BYTES;

/** A pipeline records up to a thousand refused tasks in one memo, and the server accepts 2 MB. */
const LONGEST_MESSAGE_BYTES = 500;
const shortened = ({ body }: AppError): ErrorBody => ({
  ...body,
  message: cutMessage(body.message, LONGEST_MESSAGE_BYTES),
});

/** Converts an unresolved reference into an error of the catalogue. Rethrows all other errors. */
function refusalOf(error: unknown, code: ErrorCode): { refused: ErrorBody } {
  if (!(error instanceof UnresolvedError)) throw error;
  return { refused: shortened(new AppError(code, `${error.path}: ${error.message}`)) };
}

/** The error of a step whose sources cannot be used; undefined for others, and where another try may help. */
function sourceRefusal(error: unknown): ErrorBody | undefined {
  if (!(error instanceof AppError)) return undefined;
  const { code } = error;
  if (!isSourceCode(code) && code !== 'invalid_request') return undefined;
  return code === 'source_unreachable' && activityInfo().attempt < MOST_FETCHES ? undefined : shortened(error);
}

function stepOf({ pipeline }: PipelineRun, id: string): PipelineStep {
  const step = pipeline.steps.find((one) => one.id === id);
  if (step === undefined) throw new Error(`the pipeline has no step ${id}`);
  return step;
}

/** The payload of a step, or of one of its items, with all references resolved. @throws {UnresolvedError} */
async function payloadOf({ payload, forEach }: PipelineStep, index: number | null, values: Values): Promise<unknown> {
  if (index === null) return resolveValue(payload, values, ['payload']);
  const items = await resolveList(forEach, values, ['for_each']);
  return resolveValue(payload, atItem(values, forEach, items, index), ['payload']);
}

interface Refusal {
  errors: readonly FieldError[];
  code?: ErrorCode | undefined;
}

/** How often a file is fetched for a step before the step fails. */
const MOST_FETCHES = 3;

/** The addresses in a payload that became known only now; others were fetched when the pipeline was submitted. */
async function wantedIn(
  sources: PipelineDeps['sources'],
  taskType: TaskType,
  payload: object,
): Promise<(WantedSource & FilePlace)[]> {
  const found = sources === undefined ? [] : await findSources(sources.filePlaces, taskType, payload);
  return found.flatMap(({ source, ...place }) => ('problem' in source ? [] : [{ ...place, source }]));
}

/**
 * The payload with the paths of files in the places of addresses.
 * @throws {AppError} the errors of sources; `busy`, `insufficient_storage`, `asset_folder_unavailable`
 */
async function withFiles(
  sources: PipelineDeps['sources'],
  wanted: readonly WantedSource[],
  { payload, client }: { payload: object; client: string },
): Promise<object> {
  if (sources === undefined || wanted.length === 0) return payload;
  const { cancellationSignal: signal } = Context.current();
  const inPayload = wanted.map((one) => ({ ...one, path: ['payload', ...one.path] }));
  const { placed } = await fetchPlaced(sources.fetcher, inPayload, { client, signal });
  // The pipeline is read once for many steps.
  const filled = { payload: structuredClone(payload) };
  for (const { path, file } of placed) setAt(filled, path, file);
  return filled.payload;
}

/** The activities of pipelines on the control worker. They prepare steps by the rules for submitted tasks. */
export function createPipelineActivities(deps: PipelineDeps): PipelineActivities {
  const { temporal, status, now } = deps;
  const log = createPipelineLog(deps.logger);
  const remember = createPromiseCache(MOST_REMEMBERED);

  const thisRun = async (): Promise<PipelineRun> => {
    const run = presentRun();
    const pipeline = await remember(run.runId, () => workflowInput<PipelineInput>(temporal, run));
    return { pipelineId: run.workflowId, runId: run.runId, pipeline };
  };
  const valuesOf = (run: PipelineRun, counts: ItemCounts) =>
    createStepValues({ temporal, remember, status }, run, counts);

  const prepare = async (run: PipelineRun, { step: id, index, priority, counts }: StepAsked): Promise<StepReady> => {
    const step = stepOf(run, id);
    const { values, usedRuns } = valuesOf(run, counts);
    const resolved = (await payloadOf(step, index, values)) as object;
    const payloadHash = hashInput([resolved, usedRuns()]);
    const taskId = stepTaskId(run.pipelineId, id, index);
    const before = await latestRun(temporal, taskId, (one) => status.deletedRun(one));
    if (before.state === 'running') return { kind: 'running', taskId };
    if (before.state === 'completed' && before.payloadHash === payloadHash) return { kind: 'finished', taskId };
    // While the disk is away, every file seems to be missing; the step is prepared again when the disk is back.
    await access(deps.assetRoot);
    const refuse = async ({ errors, code = 'step_invalid' }: Refusal): Promise<StepReady> => {
      const item = index === null ? undefined : itemOf(step.forEach, index);
      const explained = await explainNulls(errors, { sent: step.payload, resolved, item }, values);
      return { kind: 'refused', error: shortened(new AppError(code, sumUp(explained))) };
    };
    const prepareOne: Prepare<TaskType> = deps.prepare[step.taskType];
    const wanted = await wantedIn(deps.sources, step.taskType, resolved);
    if (wanted.length > 0) {
      const sketch = structuredClone(resolved);
      const unfetched = await prepareUnfetched(prepareOne, taskId, { payload: sketch, places: wanted });
      if (unfetched.errors.length > 0) return refuse(unfetched);
    }
    const payload = await withFiles(deps.sources, wanted, { payload: resolved, client: run.pipelineId });
    const prepared = await prepareOne(taskId, payload);
    if (prepared.input === undefined) return refuse(prepared);
    const {
      pipelineId,
      pipeline: { client, labels: { traceparent } = {} },
    } = run;
    const { input, summary, details } = prepared;
    const task = makeTask(deps, {
      taskType: step.taskType,
      priority,
      summary,
      input,
      acceptedAt: now().toISOString(),
      runSeconds: step.runSeconds,
      queueSeconds: step.queueSeconds,
      gpuQueue: deps.gpuQueue,
      step: { pipelineId, step: id, index, payloadHash },
      labels: { ...(client === null ? {} : { client }), ...(traceparent === undefined ? {} : { traceparent }) },
    });
    if (isTooLarge(task)) return { kind: 'refused', error: new AppError('body_too_large', `step ${id}`).body };
    return { kind: 'start', taskId, task, details, priorityKey: priorityKey(priority, deps.priorityLevels) };
  };

  return {
    async countItems({ step, most, counts }) {
      const run = await thisRun();
      try {
        const { length } = await resolveList(stepOf(run, step).forEach, valuesOf(run, counts).values, ['for_each']);
        if (length <= most) return { items: length };
        const detail = `for_each has ${length} items, but this pipeline may have only ${most} more tasks (MAX_PIPELINE_TASKS)`;
        return { refused: shortened(new AppError('step_invalid', detail)) };
      } catch (error) {
        return refusalOf(error, 'step_invalid');
      }
    },
    async prepareStep(asked) {
      const run = await thisRun();
      const ready = await prepare(run, asked).catch((error: unknown) => ({
        kind: 'refused' as const,
        error: sourceRefusal(error) ?? refusalOf(error, 'step_invalid').refused,
      }));
      if (ready.kind === 'start') log.queued(ready.taskId, ready.task);
      if (ready.kind === 'refused') log.refused(run.pipelineId, asked.step, asked.index, ready.error);
      return ready;
    },
    async waitForTask(taskId) {
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), BEAT_MS);
      try {
        await Promise.race([context.cancelled, temporal.client.workflow.getHandle(taskId).result()]);
      } catch (error) {
        // A task that the server no longer knows has also ended.
        if (!(error instanceof WorkflowFailedError || error instanceof WorkflowNotFoundError)) throw error;
      } finally {
        clearInterval(beat);
      }
    },
    async composeOutput(counts) {
      const run = await thisRun();
      try {
        const output = await resolveValue(run.pipeline.output, valuesOf(run, counts).values, ['output']);
        if (!isTooLarge(output)) return { output };
        const detail = 'it is larger than a pipeline can carry; name the parts that are needed';
        return { refused: new AppError('output_invalid', detail).body };
      } catch (error) {
        return refusalOf(error, 'output_invalid');
      }
    },
    async recordPipeline({ priority, acceptedAt, labels, plan, outcome }) {
      const { workflowId, runId } = presentRun();
      // Logged only once, even while Redis is away.
      if (outcome !== null && activityInfo().attempt === 1) log.ended(workflowId, outcome);
      const { startTime } = await temporal.client.workflow.getHandle(workflowId, runId).describe();
      const about = {
        taskType: PIPELINE,
        template: null,
        priority,
        createdAt: acceptedAt,
        ...shownLabels(labels),
        plan,
        waiting: null,
      } as const;
      const end =
        outcome === null
          ? ({ status: 'pending', phase: 'running' } as const)
          : { ...outcome, phase: outcome.status, finishedAt: now().toISOString() };
      const runStartedAt = startTime.getTime();
      const written = status.write(workflowId, { runStartedAt, attempt: 0 }, { ...about, ...end });
      const tell = async (): Promise<void> => {
        const event = eventOf(PIPELINE, outcome?.status ?? 'pending');
        if (event === null || labels?.webhook === undefined) return;
        await deps.announce({ taskId: workflowId, runId, runStartedAt, event, webhook: labels.webhook });
      };
      // Neither waits for the other, because Redis may be away.
      const [record, told] = await Promise.allSettled([written, tell()]);
      for (const done of [told, record]) if (done.status === 'rejected') throw done.reason;
    },
    async recordStepQueued({ taskId, runId }) {
      const task = await describeTask(temporal, taskId, runId);
      if (task !== null) await status.write(taskId, task.version, task.record);
    },
  };
}
