import type { FileUse } from '../assets/file-kind/kind-by-name.ts';
import type { TaskType } from '../contracts/names.ts';

/** A place of a payload in which the path of a file is allowed. */
export interface FilePlace {
  /** From the payload. */
  path: readonly PropertyKey[];
  /** What is there. */
  value: string;
  /** The kinds of files that it takes. */
  accepts: readonly FileUse[];
  /** Whether the task is done without the file if there is none; then the place may be empty. */
  mayBeAway?: boolean;
  /** A text with which the rest of the payload can be checked before the file is there; its errors do not count. */
  standIn?: string | undefined;
}

/** Finds all places of a payload of one task type that name a file, whether the payload is valid or not. */
export type FindFilePlaces = (payload: object) => Promise<FilePlace[]>;

/** For each task type its own. */
export type FilePlaces = Readonly<Record<TaskType, FindFilePlaces>>;
