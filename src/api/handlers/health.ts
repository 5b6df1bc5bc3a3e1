import type { CardHealth, PartHealth } from '../../contracts/health.ts';
import { AppError } from '../../errors.ts';
import { cached } from '../../status/cached.ts';
import type { ApiResponse } from '../route.ts';

export interface HealthDeps {
  /** The required parts, the engines (which may be away), and the cards with their holders. */
  checkHealth: () => Promise<{
    required: Record<string, PartHealth>;
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
    /** `GET /health`: always 200 while the API is running; `status` says whether all required parts work. */
    show: async (): Promise<ApiResponse> => {
      const { required, engines, cards } = await health.get();
      const ok = Object.values(required).every((part) => part.ok);
      return { status: 200, body: { status: ok ? 'ok' : 'degraded', ...required, engines, cards } };
    },
    /** `GET /livez`: shows that the process answers. */
    live: (): Promise<ApiResponse> => Promise.resolve({ status: 200, body: { status: 'ok' } }),
    /**
     * `GET /readyz`: whether the API can accept tasks, which it can without Redis.
     * @throws {AppError} `temporal_unavailable`, `asset_folder_unavailable`
     */
    ready: async (): Promise<ApiResponse> => {
      const { required } = await health.get();
      if (required['temporal']?.ok === false) throw new AppError('temporal_unavailable');
      if (required['assets']?.ok === false) throw new AppError('asset_folder_unavailable');
      return { status: 200, body: { status: 'ok' } };
    },
  };
}
