import type { CheckedPipeline, CheckedTask } from '../api/checks/checks.ts';
import type { PipelineStep } from '../contracts/pipeline.ts';
import { MOST_BYTES } from '../temporal/fit-texts.ts';
import { cutText } from '../text/cut-text.ts';

/** More text than anybody reads. */
const MOST_WARNINGS = 100;

const encode = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/**
 * A checked task for the main thread. The input is already JSON, so that the main thread neither parses nor serialises
 * it.
 */
export const packTask = (checked: CheckedTask): CheckedTask => ({
  ...checked,
  details: cutText(checked.details, MOST_BYTES.details),
  warnings: checked.warnings.slice(0, MOST_WARNINGS),
  // The labels of a task contain its template.
  input: 'template' in checked.input ? { template: checked.input.template } : {},
  encoded: { input: encode(checked.input) },
});

/** The main thread needs only the length of a list. */
const lengthAlone = (forEach: unknown): unknown =>
  Array.isArray(forEach) ? forEach.map(() => null) : forEach === null ? null : {};

const outlineOf = (step: PipelineStep): PipelineStep => ({
  ...step,
  payload: {},
  forEach: lengthAlone(step.forEach),
});

/** The same for a pipeline: of its steps, only the fields for the plan remain. */
export const packPipeline = (checked: CheckedPipeline): CheckedPipeline => ({
  ...checked,
  details: cutText(checked.details, MOST_BYTES.details),
  warnings: checked.warnings.slice(0, MOST_WARNINGS),
  steps: checked.steps.map(outlineOf),
  output: null,
  encoded: { steps: encode(checked.steps), output: encode(checked.output ?? null) },
});
