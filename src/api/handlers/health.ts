import type { CardHealth, PartHealth } from '../../contracts/health.ts';
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

/** Anybody may ask without a key; what tasks need is asked no more often. */
const FRESH_MS = 500;

/** `GET /health`: always 200 while the API lives; `status` says whether all that tasks need is there. */
export function createHealth(deps: HealthDeps) {
  const health = cached(deps.checkHealth, FRESH_MS);
  return async (): Promise<ApiResponse> => {
    const { required, engines, cards } = await health.get();
    const ok = Object.values(required).every((part) => part.ok);
    return { status: 200, body: { status: ok ? 'ok' : 'degraded', ...required, engines, cards } };
  };
}
