import { formatPath } from '../contracts/fields.ts';
import { AppError } from '../errors.ts';

/**
 * What one request may still come to, counted before it is computed. A limit for each payload is not enough: a small
 * request can have hundreds of payloads, each of them large.
 */
export interface Budget {
  values: number;
  characters: number;
  /** Characters of scripts that are split into sentences. */
  split: number;
}

const WHOLE: Readonly<Budget> = { values: 200_000, characters: 40_000_000, split: 1_000_000 };

const IN_WORDS: Readonly<Record<keyof Budget, string>> = {
  values: 'values after for_each, $for and references are expanded',
  characters: 'characters after for_each, $for and references are expanded',
  split: 'characters of scripts whose sentences are used by other steps',
};

export const newBudget = (): Budget => ({ ...WHOLE });

/** @param path of the value that is about to be made. @throws {AppError} `too_complex` */
export function spend(budget: Budget, what: keyof Budget, amount: number, path?: readonly PropertyKey[]): void {
  budget[what] -= amount;
  if (budget[what] >= 0) return;
  const message = `the request would have more than ${WHOLE[what]} ${IN_WORDS[what]}`;
  throw new AppError('too_complex', message, path && { fields: [{ path: formatPath(path), message }] });
}
