import type { TaskType } from '../contracts/names.ts';
import type { TaskKinds } from '../contracts/engines.ts';
import type { ErrorCode, FieldError } from '../errors.ts';
import type { Output } from './outputs.ts';

/** A payload that was looked at: what its task is given, or every error in it. */
export type Prepared<T extends TaskType> =
  | {
      input: TaskKinds[T]['input'];
      summary: string;
      details: string;
      errors: [];
      outputs?: readonly Output[];
      /** The files that the task reads, relative to ASSET_PATH. */
      inputs?: readonly string[];
      /** What was ignored or is made differently from what was asked for, each with the path of what it speaks of. */
      warnings?: readonly string[];
    }
  | {
      input: undefined;
      errors: FieldError[];
      /** As far as they are known. */
      outputs?: readonly Output[];
      inputs?: readonly string[];
      /** Of the answer, where it says more than `invalid_request`. */
      code?: ErrorCode | undefined;
      warnings?: readonly string[];
    };

/** Validates a payload of one task type, its files included, and tells every error at once, by paths that begin with `payload`. */
export type Prepare<T extends TaskType> = (taskId: string, payload: object) => Promise<Prepared<T>>;

/** For each task type its own. */
export type Prepares = { readonly [T in TaskType]: Prepare<T> };
