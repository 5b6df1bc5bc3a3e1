import {
  CancellationScope,
  condition,
  ContinueAsNew,
  defineSignal,
  makeContinueAsNewFunc,
  patched,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { PRIORITY_CHANGED_SIGNAL } from '../src/contracts/names.ts';
import type { PipelineActivities, PipelineRecord } from '../src/contracts/pipeline-activities.ts';
import type { PipelineInput, PipelineResult, PipelineStep } from '../src/contracts/pipeline.ts';
import { AppError, type ErrorBody } from '../src/errors.ts';
import { itemsNote, planOf, readNotes, refusedNote, WHOLE } from '../src/pipelines/plan.ts';
import { runSteps } from '../src/pipelines/run-steps.ts';
import { errorBodyOf, toApplicationFailure } from '../src/temporal/failures.ts';
import { fitDetails } from '../src/temporal/fit-texts.ts';
import { priorityAttribute, waitingForKey } from '../src/temporal/search-attributes.ts';
import { failedRun } from './failed-run.ts';
import { isHistoryLong } from './long-history.ts';
import { createPipelineDetails } from './pipeline-details.ts';
import { recordingActivities } from './recording.ts';
import { startStep, waitForEarlierTask } from './step-task.ts';
import { createFairMutex } from './fair-mutex.ts';

const priorityChanged = defineSignal<[number]>(PRIORITY_CHANGED_SIGNAL);

const { countItems, prepareStep, composeOutput } = proxyActivities<PipelineActivities>({
  startToCloseTimeout: '1 minute',
  // Temporal or the disk may be away for a while, but a bug of the middleware must not block the pipeline for ever.
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute', maximumAttempts: 30 },
});
const { recordPipeline, recordStepQueued } = recordingActivities<PipelineActivities>();

const nothing = (): void => undefined;
const taskLabel = (step: string, index: number | null): string => (index === null ? step : `${step}[${index}]`);

/** The state that a run hands over to the next one when its history has grown long. */
interface Before {
  /** The number of items of each step with `for_each`, as far as known. */
  counts: Record<string, number>;
  /** The items whose tasks have ended, with or without success, by step; null is the task of a step without items. */
  ended: [step: string, items: (number | null)[]][];
}
const NOTHING_BEFORE: Before = { counts: {}, ended: [] };

/**
 * Runs one pipeline from start to end. Every step consists of tasks of its own, and the GPU is free between them. A
 * step is prepared when all steps that it needs have ended. A task that has completed with the same payload is not run
 * again; retries and resets rely on this. After a failure that may not be skipped, waiting and running tasks are
 * cancelled, and no other task begins. The workflow stores no results: activities fetch them from the tasks by id. When
 * the history has grown long and no task is running, a new run continues with the rest.
 */
export async function pipelineWorkflow(
  pipeline: PipelineInput,
  before: Before = NOTHING_BEFORE,
): Promise<PipelineResult> {
  const { acceptedAt, client, labels, steps, runAt } = pipeline;
  let { priority } = pipeline;
  const plan = readNotes(planOf(steps), before === NOTHING_BEFORE ? {} : (workflowInfo().memo ?? {}));
  // Without a prototype, because a step may be called `__proto__`.
  const counts = Object.assign(Object.create(null) as Record<string, number>, before.counts);
  const ended = new Map(before.ended.map(([step, items]) => [step, new Set(items)]));
  /** Labels of the tasks that are being prepared or have not ended. */
  const underWay = new Set<string>();
  /** Whether the history is so long that no more tasks begin in this run. */
  let isFull = false;
  const details = createPipelineDetails(plan);
  const show = (): void =>
    setCurrentDetails(fitDetails(`${pipeline.summary}\n\n**Priority** ${priority} of 100\n\n${details.text()}`));
  const takeTurn = createFairMutex(patched('few-need-not-wait-for-many') ? 'smallest group' : 'first come');
  let failure: { where: string; error: ErrorBody } | undefined;
  const hasEnded = (step: string, item: number | null): boolean => ended.get(step)?.has(item) ?? false;
  const noteEnd = (step: string, item: number | null): void => {
    underWay.delete(taskLabel(step, item));
    ended.set(step, (ended.get(step) ?? new Set()).add(item));
    details.taskEnded(step);
  };

  setHandler(priorityChanged, (changed) => {
    priority = changed;
    upsertSearchAttributes([{ key: priorityAttribute, value: changed }]);
    show();
  });
  const record = (outcome: PipelineRecord['outcome']): Promise<void> =>
    CancellationScope.nonCancellable(() => recordPipeline({ priority, acceptedAt, labels, plan, outcome })).catch(
      nothing,
    );

  const note = async (step: string, about: { items: number } | { place: string; error: ErrorBody }): Promise<void> => {
    const mine = plan.find(({ id }) => id === step);
    if (mine === undefined) return;
    if ('items' in about) mine.items = about.items;
    else mine.refused = { ...mine.refused, [about.place]: about.error };
    upsertMemo('items' in about ? itemsNote(step, about.items) : refusedNote(step, about.place, about.error));
    await record(null);
  };
  const refuse = async (step: string, place: string, error: ErrorBody): Promise<never> => {
    await note(step, { place, error });
    throw toApplicationFailure(new AppError(error.code), true, error.message);
  };

  /** One at a time, so that the tasks of a step enter the queue in order and commands stay small. */
  const begin = (step: PipelineStep, index: number | null) =>
    takeTurn(step.id, async () => {
      if (isHistoryLong()) {
        isFull = true;
        await condition(() => false);
      }
      underWay.add(taskLabel(step.id, index));
      const ready = await prepareStep({ step: step.id, index, priority: step.priority ?? priority, counts });
      if (ready.kind !== 'start') return ready;
      const child = await startStep(ready, client);
      if (child === undefined) return { kind: 'running' as const, taskId: ready.taskId };
      void recordStepQueued({ taskId: ready.taskId, runId: child.firstExecutionRunId }).catch(nothing);
      return { kind: 'started' as const, child };
    });

  const runTask = async (step: PipelineStep, index: number | null): Promise<void> => {
    for (;;) {
      const begun = await begin(step, index);
      if (begun.kind === 'finished') return;
      if (begun.kind === 'refused') await refuse(step.id, index === null ? WHOLE : String(index), begun.error);
      if (begun.kind === 'running') await waitForEarlierTask(begun.taskId);
      if (begun.kind === 'started') {
        await begun.child.result();
        return;
      }
    }
  };

  const countOf = async (step: PipelineStep): Promise<number> => {
    if (before !== NOTHING_BEFORE && counts[step.id] !== undefined) return counts[step.id] ?? 0;
    const others = plan.reduce((sum, { id, items = 1 }) => sum + (id === step.id ? 0 : (items ?? 1)), 0);
    const counted = await countItems({ step: step.id, most: pipeline.mostTasks - others, counts });
    if ('refused' in counted) return refuse(step.id, WHOLE, counted.refused);
    counts[step.id] = counted.items;
    await note(step.id, { items: counted.items });
    return counted.items;
  };

  const stepsScope = new CancellationScope();
  /** Runs a step, or one of its items, to its end. A failure that may be skipped counts as an end. */
  const settle = async (step: PipelineStep, index: number | null, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (stepsScope.consideredCancelled) throw error;
      if (step.onError === 'skip') return;
      failure ??= { where: taskLabel(step.id, index), error: errorBodyOf(error) };
      stepsScope.cancel();
      throw error;
    }
  };
  const settleTask = (step: PipelineStep, index: number | null): Promise<void> =>
    settle(step, index, () => runTask(step, index)).finally(() => {
      noteEnd(step.id, index);
      show();
    });
  const runStep = async (step: PipelineStep): Promise<void> => {
    if (step.forEach === null) return hasEnded(step.id, null) ? undefined : settleTask(step, null);
    return settle(step, null, async () => {
      const items = Array.from({ length: await countOf(step) }, (_, index) => index);
      details.stepBegan(step.id, items.length);
      const ends = await Promise.allSettled(
        items.filter((index) => !hasEnded(step.id, index)).map((index) => settleTask(step, index)),
      );
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed !== undefined) throw failed.reason as Error;
    });
  };

  const FULL = 'full';
  /** Not cancelled with the pipeline, because a cancelled pipeline still waits for its running tasks. */
  const fullAndIdle = (): Promise<typeof FULL> =>
    CancellationScope.nonCancellable(() =>
      condition(() => isFull && underWay.size === 0 && failure === undefined && !stepsScope.consideredCancelled),
    ).then(() => FULL);
  const continueInNewRun = (): Promise<never> => {
    const { memo = {}, typedSearchAttributes } = workflowInfo();
    const endedItems = [...ended].map(([step, set]): [string, (number | null)[]] => [step, [...set]]);
    return makeContinueAsNewFunc<typeof pipelineWorkflow>({ memo, typedSearchAttributes })(
      { ...pipeline, priority },
      { counts, ended: endedItems },
    );
  };

  /** Resolves at the time for which the pipeline was submitted. */
  const waitForTime = async (time: string): Promise<void> => {
    const early = Date.parse(time) - Date.now();
    if (early > 0) await sleep(early);
    upsertSearchAttributes([{ key: waitingForKey, value: null }]);
    await record(null);
  };

  const run = async (): Promise<PipelineResult> => {
    if (runAt !== undefined && before === NOTHING_BEFORE) await waitForTime(runAt);
    const left = stepsScope.run(() => runSteps(steps, runStep));
    if ((await Promise.race([left, fullAndIdle()])) === FULL) return continueInNewRun();
    const composed = await composeOutput(counts);
    if ('refused' in composed)
      throw toApplicationFailure(new AppError(composed.refused.code), true, composed.refused.message);
    return composed;
  };

  for (const [step, items] of before.ended) for (const item of items) noteEnd(step, item);
  show();
  try {
    const result = await run();
    await record({ status: 'completed', result });
    return result;
  } catch (thrown) {
    if (thrown instanceof ContinueAsNew) throw thrown;
    const failed = failedRun(thrown, () =>
      failure === undefined
        ? errorBodyOf(thrown)
        : new AppError('step_failed', `${failure.where}: ${failure.error.message}`).body,
    );
    details.ended(failed.details);
    show();
    await record({ status: 'failed', result: { error: failed.error } });
    throw failed.failure;
  }
}
