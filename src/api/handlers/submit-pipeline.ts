import { PIPELINE } from '../../contracts/names.ts';
import type { PipelineInput } from '../../contracts/pipeline.ts';
import type { EncodedFields } from '../../contracts/task.ts';
import { createChecks } from '../checks.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import type { AcceptDeps } from './submit-task.ts';

export type SubmitPipelineDeps = AcceptDeps;

/** `POST /submit_pipeline`: validates everything that is known, starts the workflow, answers like `POST /submit_task`. */
export function createSubmitPipeline(deps: SubmitPipelineDeps) {
  const checks = deps.checks ?? createChecks(deps);
  return async ({ body, client, key }: ApiRequest): Promise<ApiResponse> => {
    const pipelineId = deps.newTaskId();
    const checked = await checks.pipeline(body as Uint8Array, pipelineId);
    const { name, priority, output, client: tag, steps, details, warnings, encoded } = checked;

    const owner = key ?? tag ?? client;
    await deps.admit(owner, pipelineId);
    const pipeline: PipelineInput & { encoded?: EncodedFields } = {
      taskType: PIPELINE,
      priority,
      summary: `${name ?? 'pipeline'}: ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`,
      acceptedAt: deps.now().toISOString(),
      client: owner,
      steps,
      output: output ?? null,
      mostTasks: deps.mostPipelineTasks,
      ...(encoded === undefined ? {} : { encoded }),
    };
    await deps.startTask(pipelineId, pipeline, details, owner);
    deps.logger.info(`📥 Queued: ${PIPELINE} (ID: ${pipelineId}, priority ${priority}, ${steps.length} steps)`);
    await deps.recordPending(pipelineId, pipeline).catch(() => undefined);
    return {
      status: 200,
      body: { status: 'queued', task_id: pipelineId, ...(warnings.length > 0 ? { warnings } : {}) },
    };
  };
}
