import { AppError } from '../../errors.ts';
import type { Identity } from '../idempotency.ts';
import { type FoundSource, withTaskId } from '../request-sources.ts';
import type { Outcome } from './checks.ts';

/** The result of a check with its identity. An error of a request without an idempotency key is thrown. */
export async function withIdentity<C>(identity: Identity, check: Promise<C | FoundSource[]>): Promise<Outcome<C>> {
  try {
    const found = await check;
    return Array.isArray(found) ? withTaskId(found, identity) : { identity, checked: found };
  } catch (error) {
    if (!(error instanceof AppError) || identity.fingerprint === undefined) throw error;
    return { identity, refused: error };
  }
}
