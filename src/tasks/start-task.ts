import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { METADATA_ENCODING_KEY, RawValue } from '@temporalio/common';
import { QUEUES } from '../contracts/names.ts';
import type { PipelineInput } from '../contracts/pipeline.ts';
import type { EncodedFields, TaskInput } from '../contracts/task.ts';
import { AppError, messageOf } from '../errors.ts';
import { busyWords, isConnectionRefused, isServerAway, type Temporal } from '../temporal/connection.ts';
import { encodeTask } from './encode-task.ts';
import { createLargeWrites } from './large-writes.ts';
import { fitDetails, fitSummary } from '../temporal/fit-texts.ts';
import { priorityKey } from '../temporal/priority.ts';
import { attributesOf, memoOf } from '../temporal/task-labels.ts';

export interface StartTaskOptions {
  priorityLevels: number;
  /** Limit of one call in ms. */
  deadlineMs: number;
  /** Waits before the second and the third try, in ms. */
  backoffMs: readonly number[];
  /** Where workflows run. */
  taskQueue: string;
  /** Whether a failed task with this id may exist. */
  again?: 'after failure' | 'after any end';
  /** The client that the task belongs to. */
  client?: string | undefined;
  /** Markdown for the Web UI. */
  details?: string;
}
export const START_TASK_DEFAULTS = { deadlineMs: 5000, backoffMs: [200, 1000], taskQueue: QUEUES.control } as const;

const REUSE = {
  never: 'REJECT_DUPLICATE',
  'after failure': 'ALLOW_DUPLICATE_FAILED_ONLY',
  'after any end': 'ALLOW_DUPLICATE',
} as const;

const JSON_PLAIN = Buffer.from('json/plain');

/** Temporal refuses payloads above 2 MB; the rest is room for data that the SDK adds. */
export const LARGEST_INPUT_BYTES = 1_900_000;

/** Larger inputs are written one after another. */
const LARGE_BYTES = 64 * 1024;
const oneByOne = createLargeWrites({ mostWaitMs: 15_000 });

/**
 * Starts the workflow of a task, or of a pipeline, under its id. If an answer is lost, it starts the same id again. If
 * a random id then exists, the first call started it, so nothing is accepted twice.
 * @returns whether it was `started`, `existed` before, or exists after a lost answer, which may mean either.
 * @throws {AppError} `temporal_unavailable` when nothing was accepted, `acceptance_unknown` (with `task_id`) when that
 * cannot be known, `busy` when many large tasks wait to be written, `body_too_large` when the task does not fit into a
 * workflow.
 */
export async function startTask(
  temporal: Temporal,
  taskId: string,
  task: (TaskInput | PipelineInput) & { encoded?: EncodedFields },
  options: StartTaskOptions,
): Promise<'started' | 'existed' | 'either'> {
  const data = encodeTask(task);
  if (data.length > LARGEST_INPUT_BYTES)
    throw new AppError('body_too_large', 'the task is larger than a workflow can carry');
  const write = () =>
    temporal.client.workflow.start(task.taskType, {
      workflowId: taskId,
      taskQueue: options.taskQueue,
      args: [RawValue.fromPayload({ metadata: { [METADATA_ENCODING_KEY]: JSON_PLAIN }, data })],
      priority: { priorityKey: priorityKey(task.priority, options.priorityLevels) },
      workflowIdReusePolicy: REUSE[options.again ?? 'never'],
      typedSearchAttributes: attributesOf(taskId, task, options.client),
      memo: memoOf(task),
      staticSummary: fitSummary(task.summary),
      staticDetails: fitDetails(options.details ?? ''),
    });

  const send = () => temporal.connection.withDeadline(Date.now() + options.deadlineMs, write);

  let mayBeAccepted = false;
  let lastError: unknown;
  for (const wait of [0, ...options.backoffMs]) {
    if (wait > 0) await delay(wait);
    try {
      await (data.length > LARGE_BYTES ? oneByOne(options.client ?? '', send) : send());
      return 'started';
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return mayBeAccepted ? 'either' : 'existed';
      const busy = busyWords(error);
      lastError = error;
      if (busy === undefined && !isServerAway(error)) {
        if (mayBeAccepted) break;
        throw error;
      }
      const detail = busy && `it accepts no more requests at the moment (${busy}); try again soon`;
      if (busy === undefined && !isConnectionRefused(error)) mayBeAccepted = true;
      else if (!mayBeAccepted) throw new AppError('temporal_unavailable', detail, { cause: error });
    }
  }
  throw new AppError('acceptance_unknown', messageOf(lastError), { cause: lastError, extra: { task_id: taskId } });
}
