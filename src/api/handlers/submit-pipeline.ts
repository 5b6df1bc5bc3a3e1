import { fieldErrors } from '../../contracts/fields.ts';
import { PIPELINE } from '../../contracts/names.ts';
import { pipelineSchema, type PipelineInput, type PipelineStep, type SubmittedStep } from '../../contracts/pipeline.ts';
import { unknownFields } from '../../contracts/unknown-fields.ts';
import type { FieldError } from '../../errors.ts';
import { checkSteps, type CheckedStep } from '../../pipelines/check-steps.ts';
import { foreseeSteps } from '../../pipelines/foresee-steps.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { checkPayloads } from './check-payloads.ts';
import { runSecondsErrors, type AcceptDeps } from './submit-task.ts';

export interface SubmitPipelineDeps extends AcceptDeps {
  /** How many tasks one pipeline may be, items of `for_each` counted. */
  mostPipelineTasks: number;
}

/** How many tasks there are at least. Most requests with too many are refused for it before anything else is looked at. */
const leastTasks = (steps: readonly SubmittedStep[]): number =>
  steps.reduce((sum, { for_each: each }) => sum + (each === undefined ? 1 : Array.isArray(each) ? each.length : 0), 0);

function tooMany(count: number, most: number): FieldError[] {
  const message = `expected at most ${most} tasks, items of for_each counted, and not ${count} (MAX_PIPELINE_TASKS)`;
  return count > most ? [{ path: 'steps', message }] : [];
}

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

/** What the Web UI shows of the steps, in Markdown. */
const describe = (steps: readonly PipelineStep[]): string =>
  steps
    .map(
      ({ id, taskType, after }) => `* **${id}** ${taskType}${after.length === 0 ? '' : ` after ${after.join(', ')}`}`,
    )
    .join('\n');

/** `POST /submit_pipeline`: validates everything that is known, starts the workflow, answers like `POST /submit_task`. */
export function createSubmitPipeline(deps: SubmitPipelineDeps) {
  return async ({ body, client, key }: ApiRequest): Promise<ApiResponse> => {
    const parsed = pipelineSchema.safeParse(body);
    const unknown = unknownFields(body);
    if (!parsed.success) throw refusal([...unknown, ...fieldErrors(parsed.error)]);
    const { name, priority, output, client: tag } = parsed.data;
    const obvious = tooMany(leastTasks(parsed.data.steps), deps.mostPipelineTasks);
    if (obvious.length > 0) throw refusal([...unknown, ...obvious]);
    const { steps: checked, ...found } = checkSteps(parsed.data.steps, output);
    const tooLong = parsed.data.steps.flatMap(({ timeouts }, place) =>
      runSecondsErrors(timeouts, `steps[${place}].timeouts`, deps.mostRunSeconds),
    );
    const errors = [...unknown, ...tooLong, ...found.errors];
    const foreseen = await foreseeSteps(checked, output, deps.mostPipelineTasks);
    const many = tooMany(foreseen.count, deps.mostPipelineTasks);
    if (many.length > 0) throw refusal([...errors, ...many]);
    const pipelineId = deps.newTaskId();
    // A reference that means nothing comes to nothing either; that is told once.
    const missing = foreseen.errors.filter(({ path }) => !errors.some((error) => error.path === path));
    const wrong = [...errors, ...missing, ...(await checkPayloads(deps.prepare, pipelineId, foreseen.tasks))];
    if (wrong.length > 0) throw refusal(wrong);

    const owner = key ?? tag ?? client;
    await deps.admit(owner, pipelineId);
    const steps = checked.map(stepOf);
    const pipeline: PipelineInput = {
      taskType: PIPELINE,
      priority,
      summary: `${name ?? 'pipeline'}: ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`,
      acceptedAt: deps.now().toISOString(),
      client: owner,
      steps,
      output: output ?? null,
      mostTasks: deps.mostPipelineTasks,
    };
    await deps.startTask(pipelineId, pipeline, describe(steps), owner);
    deps.logger.info(`📥 Queued: ${PIPELINE} (ID: ${pipelineId}, priority ${priority}, ${steps.length} steps)`);
    await deps.recordPending(pipelineId, pipeline).catch(() => undefined);
    return { status: 200, body: { status: 'queued', task_id: pipelineId } };
  };
}
