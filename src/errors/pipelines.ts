import type { CatalogueEntry } from './catalogue-entry.ts';

/** Of pipelines and their steps. */
export const PIPELINE_ERRORS = {
  step_failed: {
    status: 500,
    class: 'permanent',
    message: 'A step of the pipeline failed',
    hint: '`result.steps` of its status says how. POST /tasks/{task_id}/retry with the id of the pipeline runs what has not completed; finished steps are kept.',
  },
  step_invalid: {
    status: 422,
    class: 'permanent',
    message: 'The step is not valid with the values that other steps gave it',
    hint: 'The message names the field; correct what it refers to, or the step before, and submit the pipeline again.',
  },
  output_invalid: {
    status: 422,
    class: 'permanent',
    message: 'The output of the pipeline cannot be put together',
    hint: 'The message says why; everything that its steps made stands in `result.steps` of its status.',
  },
} as const satisfies Record<string, CatalogueEntry>;
