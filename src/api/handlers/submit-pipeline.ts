import { PIPELINE } from '../../contracts/names.ts';
import type { PipelineInput } from '../../contracts/pipeline.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { traceparentOf } from '../traceparent.ts';
import { type AcceptDeps, beside, createAccept, sourcedChecksOf, submissionOf } from './accept.ts';

export type SubmitPipelineDeps = AcceptDeps;

/**
 * `POST /submit_pipeline`: validates everything that is known, starts the workflow, answers like `POST /submit_task`.
 */
export function createSubmitPipeline(deps: SubmitPipelineDeps) {
  const checks = sourcedChecksOf(deps);
  const accept = createAccept(deps);
  return async (request: ApiRequest): Promise<ApiResponse> => {
    const found = await checks.pipeline(request.body as Uint8Array, submissionOf(deps, request), request.closed);
    return accept(request, found, (checked, identity) => {
      const { name, priority, output, client, steps, details, warnings, encoded } = checked;
      const owner = request.key ?? client ?? request.client;
      const task: PipelineInput = {
        taskType: PIPELINE,
        priority,
        summary: `${name ?? 'pipeline'}: ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`,
        ...beside(checked, identity, { owner, now: deps.now(), traceparent: traceparentOf(request) }),
        client: owner,
        steps,
        output: output ?? null,
        mostTasks: deps.mostPipelineTasks,
      };
      return { task, encoded, details, owner, warnings, logged: `, ${steps.length} steps` };
    });
  };
}
