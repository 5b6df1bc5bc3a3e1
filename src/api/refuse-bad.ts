import type { AppError, FieldError } from '../errors.ts';
import { refusal } from './refusal.ts';
import type { RefusedItem } from './request-sources.ts';

/** The path in the request of a field of one of its tasks. */
const inItem = (index: number, path: string): string =>
  path === 'Idempotency-Key' ? path : `tasks[${index}]${path === '' ? '' : `.${path}`}`;

/** The errors of a task in the list. An error without fields concerns the whole task. */
const errorsOf = (index: number, { fields, message }: AppError): FieldError[] =>
  fields.length === 0
    ? [{ path: inItem(index, ''), message }]
    : fields.map((field) => ({ ...field, path: inItem(index, field.path) }));

const warningsOf = (index: number, { extra }: AppError): string[] =>
  ((extra['warnings'] ?? []) as string[]).map((warning) => `tasks[${index}].${warning}`);

export interface RefuseBadDeps {
  /** The task of an id if it was accepted; null if there is none. */
  findAccepted: (taskId: string) => Promise<{ fingerprint?: string | undefined } | null>;
}

/**
 * Creates a function that refuses a list for the tasks in it that are not valid, with all their errors. A task that
 * repeats an accepted one is no reason.
 */
export const createRefuseBad =
  ({ findAccepted }: RefuseBadDeps) =>
  async (refused: readonly RefusedItem[]): Promise<void> => {
    const bad: RefusedItem[] = [];
    for (const one of refused) {
      const before = one.identity.fingerprint === undefined ? null : await findAccepted(one.identity.taskId);
      if (before === null || before.fingerprint !== one.identity.fingerprint) bad.push(one);
    }
    if (bad.length === 0) return;
    throw refusal(
      bad.flatMap(({ index, refused: error }) => errorsOf(index, error)),
      'invalid_request',
      bad.flatMap(({ index, refused: error }) => warningsOf(index, error)),
    );
  };
