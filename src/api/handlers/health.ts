import type { PartHealth } from '../../contracts/health.ts';
import type { ApiResponse } from '../route.ts';

export interface HealthDeps {
  /** The parts without which nothing runs, and the engines, which may be away. */
  checkHealth: () => Promise<{ required: Record<string, PartHealth>; engines: Record<string, PartHealth> }>;
}

/** `GET /health`: always 200 while the API lives; `status` says whether all that tasks need is there. */
export function createHealth(deps: HealthDeps) {
  return async (): Promise<ApiResponse> => {
    const { required, engines } = await deps.checkHealth();
    const ok = Object.values(required).every((part) => part.ok);
    return { status: 200, body: { status: ok ? 'ok' : 'degraded', ...required, engines } };
  };
}
