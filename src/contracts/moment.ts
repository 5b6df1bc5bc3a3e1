import { z } from 'zod';
import { plainText } from './fields.ts';

const MOMENT = 'expected a time in ISO 8601 with its zone, such as 2026-01-04T09:30:00Z or 2026-01-04T10:30:00+01:00';

/** A moment in any zone, as ISO 8601 in UTC. */
export const momentSchema = plainText(MOMENT)
  .trim()
  .pipe(z.iso.datetime({ offset: true, error: MOMENT }))
  .transform((text) => new Date(text).toISOString());
