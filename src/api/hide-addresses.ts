import type { PartHealth, RequiredPart } from '../contracts/health.ts';
import { type ErrorCode, ERRORS } from '../errors.ts';
import type { Caller } from './caller.ts';

const WORKS = 'answers';

/** In the words of the catalogue, which name no address. */
function hideEngine({ ok, code }: PartHealth): PartHealth {
  if (ok) return { ok, detail: WORKS };
  if (typeof code !== 'string' || !Object.hasOwn(ERRORS, code)) return { ok, detail: 'no answer in time' };
  const { message, hint } = ERRORS[code as ErrorCode];
  return { ok, detail: `${message}. ${hint}`, code };
}

/** The engines as a caller may see them: only an admin sees where they are. */
export const enginesFor = ({ role }: Caller, engines: Record<string, PartHealth>): Record<string, PartHealth> =>
  role === 'admin'
    ? engines
    : Object.fromEntries(Object.entries(engines).map(([name, engine]) => [name, hideEngine(engine)]));

/** The required parts as a caller may see them: only an admin sees where Temporal and Redis are. */
export function partsFor({ role }: Caller, parts: Record<RequiredPart, PartHealth>): Record<RequiredPart, PartHealth> {
  if (role === 'admin') return parts;
  const { temporal, redis } = parts;
  return {
    ...parts,
    temporal: { ...temporal, ...(temporal.ok ? { detail: WORKS } : {}), ui: null },
    redis: { ok: redis.ok, detail: redis.ok ? WORKS : 'Redis does not work; an admin key shows why' },
  };
}
