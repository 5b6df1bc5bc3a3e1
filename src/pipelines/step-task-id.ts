import { derivedUuid } from '../text/derived-uuid.ts';

/**
 * The id of the task that a step is, or one of its items. Derived, so that every run of the pipeline finds what earlier
 * ones left; an id that a workflow makes up changes with a reset.
 */
export const stepTaskId = (pipelineId: string, step: string, index: number | null): string =>
  derivedUuid('step', pipelineId, step, index === null ? '' : String(index));
