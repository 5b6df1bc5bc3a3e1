import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of renders. */
export const REMOTION_ERRORS = {
  render_failed: {
    status: 500,
    class: 'transient',
    message: 'Render failed',
    hint: 'Check `worker.log` for Remotion errors',
  },
  render_rejected: {
    status: 500,
    class: 'permanent',
    message: 'Render failed: the film cannot be made from this timeline',
    hint: "The message names what the renderer refused. For the operator: `worker.log` has Remotion's own message.",
  },
  render_stalled: {
    status: 500,
    class: 'transient',
    message: 'Render failed: no frame was finished for too long',
    hint: 'Retry it, or make the film simpler. For the operator: check `worker.log` for Remotion errors; RENDER_SILENCE_SECONDS sets the limit.',
  },
  browser_missing: {
    status: 500,
    class: 'permanent',
    message: 'Render failed: no Chromium was found',
    hint: 'For the operator: run `npm run doctor` on the machine of the worker; it lists the ways to get one.',
  },
} as const satisfies Record<string, CatalogueEntry>;
