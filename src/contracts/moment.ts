import { z } from 'zod';
import { plainText } from './fields.ts';

const MOMENT = 'expected a time in ISO 8601 with its zone, such as 2026-01-04T09:30:00Z or 2026-01-04T10:30:00+01:00';

/** A zone can lead out of the years 0000 to 9999, which Temporal and the schema of ISO 8601 have. */
const hasFourDigitYear = (text: string): boolean => /^\d{4}-/.test(text);

/** A moment in any zone, as ISO 8601 in UTC. */
export const momentSchema = plainText(MOMENT)
  .trim()
  .pipe(z.iso.datetime({ offset: true, error: MOMENT }))
  .transform((text) => new Date(text).toISOString())
  .refine(hasFourDigitYear, MOMENT);
