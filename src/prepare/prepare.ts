import type { TaskType } from '../contracts/names.ts';
import type { TaskKinds } from '../contracts/engines.ts';
import type { ErrorCode, FieldError } from '../errors.ts';
import type { Output } from './outputs.ts';

/** A checked payload: the input of its task, or every error in it. */
export type Prepared<T extends TaskType> =
  | {
      input: TaskKinds[T]['input'];
      summary: string;
      details: string;
      errors: [];
      outputs?: readonly Output[];
      /** The files that the task reads, relative to ASSET_PATH. */
      inputs?: readonly string[];
      /** Warnings about ignored fields and differences from the request, each with the path of its field. */
      warnings?: readonly string[];
    }
  | {
      input: undefined;
      errors: FieldError[];
      /** As far as they are known. */
      outputs?: readonly Output[];
      inputs?: readonly string[];
      /** The code of the answer, if it is more specific than `invalid_request`. */
      code?: ErrorCode | undefined;
      warnings?: readonly string[];
    };

/**
 * Validates a payload of one task type, its files included, and reports every error at once, with paths that begin with
 * `payload`.
 */
export type Prepare<T extends TaskType> = (taskId: string, payload: object) => Promise<Prepared<T>>;

/** For each task type its own. */
export type Prepares = { readonly [T in TaskType]: Prepare<T> };
