import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of pipelines and their steps. */
export const PIPELINE_ERRORS = {
  step_failed: {
    status: 500,
    class: 'permanent',
    message: 'A step of the pipeline failed',
    hint: '`result.steps` in the status shows which step failed and why. POST /tasks/{task_id}/retry with the id of the pipeline runs the steps that have not completed; completed steps are kept.',
  },
  step_invalid: {
    status: 422,
    class: 'permanent',
    message: 'The step is not valid with the values that it received from other steps',
    hint: 'The message names the field. Correct its reference or the step that it refers to, and submit the pipeline again.',
  },
  output_invalid: {
    status: 422,
    class: 'permanent',
    message: 'The output of the pipeline cannot be built',
    hint: 'The message says why. The results of all steps are in `result.steps` of the status.',
  },
} as const satisfies Record<string, CatalogueEntry>;
