import type { CardHealth, PartHealth } from '../../contracts/health.ts';
import type { ApiResponse } from '../route.ts';

export interface HealthDeps {
  /** The parts without which nothing runs, the engines, which may be away, and the cards with their holders. */
  checkHealth: () => Promise<{
    required: Record<string, PartHealth>;
    engines: Record<string, PartHealth>;
    cards: CardHealth[];
  }>;
}

/** `GET /health`: always 200 while the API lives; `status` says whether all that tasks need is there. */
export function createHealth(deps: HealthDeps) {
  return async (): Promise<ApiResponse> => {
    const { required, engines, cards } = await deps.checkHealth();
    const ok = Object.values(required).every((part) => part.ok);
    return { status: 200, body: { status: ok ? 'ok' : 'degraded', ...required, engines, cards } };
  };
}
