import { fieldErrors } from '../../contracts/fields.ts';
import { misspeltFields } from '../../contracts/misplaced-fields.ts';
import { PAUSE_FIELDS, pauseSchema, type Pause } from '../../contracts/queue.ts';
import type { Logger } from '../../logging.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';

export interface PauseQueueDeps {
  /**
   * Stops handing out GPU work. @returns the present pause. @throws {AppError} `operation_unavailable`,
   * `pause_unsupported`
   */
  pauseQueue: (why: { by: string; reason: string }) => Promise<Pause>;
  /** @throws {AppError} as `pauseQueue` */
  resumeQueue: (by: string) => Promise<void>;
  logger: Logger;
}

/** `POST /queue/pause`: the running task finishes, the others wait until `POST /queue/resume`. */
export function createPauseQueue(deps: PauseQueueDeps) {
  return async ({ body, client }: ApiRequest): Promise<ApiResponse> => {
    const asked = pauseSchema.safeParse(body);
    const ignored = misspeltFields(body, PAUSE_FIELDS);
    if (!asked.success) throw refusal(fieldErrors(asked.error), undefined, ignored);
    const paused = await deps.pauseQueue({ by: client, reason: asked.data.reason });
    deps.logger.warn(`⏸️ Queue paused by ${paused.by}: ${paused.reason}`);
    return { status: 200, body: { paused } };
  };
}

/** `POST /queue/resume` */
export function createResumeQueue(deps: PauseQueueDeps) {
  return async ({ client }: ApiRequest): Promise<ApiResponse> => {
    await deps.resumeQueue(client);
    deps.logger.info(`Queue resumed by ${client}`);
    return { status: 200, body: { paused: null } };
  };
}
