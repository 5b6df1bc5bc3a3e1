import type { FieldError } from '../../errors.ts';
import type { DeniedField, SubmissionLimits } from '../key-limits.ts';
import { refusal } from '../refusal.ts';
import { type FoundSource, validSources } from '../request-sources.ts';

/** A request without an API key, or with a key that has none. */
export const NO_LIMITS: SubmissionLimits = { ownGraphs: true };

/** The sources of a request that may be fetched: none if the key may not ask for the rest. @throws {AppError} */
export function allowedSources(
  sources: Parameters<typeof validSources>[0],
  errors: readonly FieldError[],
  denied: readonly DeniedField[],
): FoundSource[] {
  if (denied.length > 0 && errors.length === 0) throw refusal(denied, denied[0]?.code);
  return validSources(sources, [...errors, ...denied]);
}
