import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of the queue as a whole. */
export const QUEUE_ERRORS = {
  queue_unknown: {
    status: 503,
    class: 'unavailable',
    message: 'Connection refused: Temporal does not answer, so the queue cannot be read',
    hint: 'Running tasks continue. For the operator: start Temporal with `docker compose up temporal -d`.',
  },
  pause_unsupported: {
    status: 501,
    class: 'permanent',
    message: 'This Temporal server cannot pause a queue',
    hint: 'For the operator: use Temporal server 1.31 or newer; until then, stop the GPU worker to pause the queue.',
  },
} as const satisfies Record<string, CatalogueEntry>;
