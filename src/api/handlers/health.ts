import type { CardHealth, PartHealth } from '../../contracts/health.ts';
import { AppError } from '../../errors.ts';
import { cached } from '../../status/cached.ts';
import type { ApiResponse } from '../route.ts';

export interface HealthDeps {
  /** The parts without which nothing runs, the engines, which may be away, and the cards with their holders. */
  checkHealth: () => Promise<{
    required: Record<string, PartHealth>;
    engines: Record<string, PartHealth>;
    cards: CardHealth[];
  }>;
}

/** Anybody may ask without a key; the sources are asked no more often. */
const FRESH_MS = 500;

/** The pages that monitors read; they share what they find. */
export function createHealth(deps: HealthDeps) {
  const health = cached(deps.checkHealth, FRESH_MS);
  return {
    /** `GET /health`: always 200 while the API lives; `status` says whether all that tasks need is there. */
    show: async (): Promise<ApiResponse> => {
      const { required, engines, cards } = await health.get();
      const ok = Object.values(required).every((part) => part.ok);
      return { status: 200, body: { status: ok ? 'ok' : 'degraded', ...required, engines, cards } };
    },
    /** `GET /livez`: the process answers. */
    live: (): Promise<ApiResponse> => Promise.resolve({ status: 200, body: { status: 'ok' } }),
    /**
     * `GET /readyz`: the API can accept tasks. Without Redis it can.
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
