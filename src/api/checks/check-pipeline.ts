import { fieldErrors } from '../../contracts/fields.ts';
import { misplacedInSteps } from '../../contracts/misplaced-fields.ts';
import { pipelineSchema, type PipelineStep, type SubmittedStep } from '../../contracts/pipeline.ts';
import { envelopeSchema } from '../../contracts/task.ts';
import { ignoredBeside, unknownFields } from '../../contracts/unknown-fields.ts';
import type { AppError, FieldError } from '../../errors.ts';
import { checkSteps, type CheckedStep } from '../../pipelines/check-steps.ts';
import { previewSteps } from '../../pipelines/preview-steps.ts';
import { checkPayloads } from '../handlers/check-payloads.ts';
import {
  allowedDefault,
  codeOfDenied,
  deniedGraph,
  deniedPriority,
  type DeniedField,
  NO_LIMITS,
  type SubmissionLimits,
} from '../key-limits.ts';
import { findPipelineSources, withoutSources } from '../pipeline-sources.ts';
import { refusal } from '../refusal.ts';
import { fetchable, type FoundSource, sourceProblems } from '../request-sources.ts';
import type { CheckedPipeline, CheckOptions, ChecksDeps } from './checks.ts';
import { addressErrors, labelsOf, pastWarnings, runSecondsErrors, timeErrors } from './labels.ts';

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

/**
 * Checks a pipeline.
 * @returns the sources whose files are needed first, if it names some and all else is right.
 * @throws {AppError} its errors.
 */
export async function checkPipeline(
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
  const tasks = filePlaces === undefined ? preview.tasks : await withoutSources(filePlaces, preview.tasks, sources);
  const payloads = await checkPayloads(deps.prepare, pipelineId, tasks);
  const wrong = [...errors, ...missing, ...sourceProblems(sources), ...payloads.errors, ...denied];
  const warnings = [...ignored, ...pastWarnings(parsed.data), ...payloads.warnings];
  if (wrong.length > 0) throw refusal(wrong, codeOfDenied(wrong, denied), warnings);
  if (sources.length > 0) return fetchable(sources);
  const ordered = checked.map(stepOf);
  const labels = labelsOf(parsed.data);
  return { ...labels, name, priority, output, steps: ordered, details: describeSteps(ordered), warnings };
}
