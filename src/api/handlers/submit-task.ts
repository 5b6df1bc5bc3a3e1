import { makeTask, type TaskLimits } from '../../contracts/make-task.ts';
import type { CheckedTask } from '../checks/checks.ts';
import type { Identity } from '../idempotency.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';
import { traceparentOf } from '../traceparent.ts';
import { type Accepted, type AcceptDeps, beside, createAccept, sourcedChecksOf, submissionOf } from './accept.ts';

export type SubmitTaskDeps = AcceptDeps & TaskLimits;

/** The accepted work of a checked task. */
export function taskOf(
  deps: SubmitTaskDeps,
  request: Pick<ApiRequest, 'key' | 'client' | 'headers'>,
  checked: CheckedTask,
  identity: Identity,
): Accepted {
  const { taskType, priority, timeouts, input, summary, details, warnings, encoded } = checked;
  const owner = request.key ?? checked.client ?? request.client;
  const task = makeTask(deps, {
    taskType,
    priority,
    summary,
    input,
    ...beside(checked, identity, { owner, now: deps.now(), traceparent: traceparentOf(request) }),
    runSeconds: timeouts.run_seconds,
    queueSeconds: timeouts.queue_seconds,
  });
  return { task, encoded, details, owner, warnings, logged: '' };
}

/** `POST /submit_task`: validates everything, starts the workflow, answers `{"status":"queued","task_id"}`. */
export function createSubmitTask(deps: SubmitTaskDeps) {
  const checks = sourcedChecksOf(deps);
  const accept = createAccept(deps);
  return async (request: ApiRequest): Promise<ApiResponse> => {
    const found = await checks.task(request.body as Uint8Array, submissionOf(deps, request), request.closed);
    return accept(request, found, (checked, identity) => taskOf(deps, request, checked, identity));
  };
}
