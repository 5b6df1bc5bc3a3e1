import { fieldErrors } from '../../contracts/fields.ts';
import { readinessQuerySchema, type CardHealth, type PartHealth, type RequiredPart } from '../../contracts/health.ts';
import { AppError } from '../../errors.ts';
import { cached } from '../../status/cached.ts';
import { enginesFor, partsFor } from '../hide-addresses.ts';
import { refusal } from '../refusal.ts';
import type { ApiRequest, ApiResponse } from '../route.ts';

export interface HealthDeps {
  /** The required parts, the engines (which may be away), and the cards with their holders. */
  checkHealth: () => Promise<{
    required: Record<RequiredPart, PartHealth>;
    engines: Record<string, PartHealth>;
    cards: CardHealth[];
  }>;
}

/** The page needs no key, so the sources are queried at most this often. */
const FRESH_MS = 500;

/** The endpoints for monitors; they share their results. */
export function createHealth(deps: HealthDeps) {
  const health = cached(deps.checkHealth, FRESH_MS);
  return {
    /**
     * `GET /health`: always 200 while the API is running; `status` says whether all required parts work. Only a caller
     * with a key learns more, and only an admin where the parts are.
     */
    show: async ({ caller }: ApiRequest): Promise<ApiResponse> => {
      const { required, engines, cards } = await health.get();
      const status = Object.values(required).every((part) => part.ok) ? 'ok' : 'degraded';
      if (caller.role === 'none') return { status: 200, body: { status } };
      const body = { status, ...partsFor(caller, required), engines: enginesFor(caller, engines), cards };
      return { status: 200, body };
    },
    /** `GET /livez`: shows that the process answers. */
    live: (): Promise<ApiResponse> => Promise.resolve({ status: 200, body: { status: 'ok' } }),
    /**
     * `GET /readyz`: whether the API can accept tasks, which it can without Redis; with `part`, whether that part works.
     * @throws {AppError} `temporal_unavailable`, `asset_folder_unavailable`, `part_unavailable`
     */
    ready: async ({ query }: ApiRequest): Promise<ApiResponse> => {
      const asked = readinessQuerySchema.safeParse(query);
      if (!asked.success) throw refusal(fieldErrors(asked.error));
      const { part } = asked.data;
      const { required } = await health.get();
      if (!required.temporal.ok && (part ?? 'temporal') === 'temporal') throw new AppError('temporal_unavailable');
      if (!required.assets.ok && (part ?? 'assets') === 'assets') throw new AppError('asset_folder_unavailable');
      if (part !== undefined && !required[part].ok) throw new AppError('part_unavailable', part);
      return { status: 200, body: { status: 'ok' } };
    },
  };
}
