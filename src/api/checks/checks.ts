import type { EncodedFields } from '../../contracts/task.ts';
import type { PipelineStep } from '../../contracts/pipeline.ts';
import type { TaskType } from '../../contracts/names.ts';
import type { Webhook } from '../../contracts/webhook-events.ts';
import type { AppError } from '../../errors.ts';
import type { Prepares } from '../../prepare/prepare.ts';
import type { PlacedFile } from '../../sources/fetch-placed.ts';
import type { FilePlaces } from '../../sources/file-places.ts';
import type { Identity, Submission } from '../idempotency.ts';
import type { SubmissionLimits } from '../key-limits.ts';
import type { FoundSource, Unfetched } from '../request-sources.ts';

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

/** What a check of one task or pipeline is told about its request. */
export interface CheckOptions {
  taskId: string;
  /** Whether paths stand in the places of all sources that could be fetched. */
  isPlaced: boolean;
  /** The limits of the API key. */
  limits: SubmissionLimits | undefined;
}

/** A check gives sources instead of a result if it needs their files first. */
export type Outcome<C> = Checked<C> | FoundSource[];
