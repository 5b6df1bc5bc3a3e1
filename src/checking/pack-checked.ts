import type { CheckedPipeline, CheckedTask } from '../api/checks.ts';
import type { PipelineStep } from '../contracts/pipeline.ts';
import { MOST_BYTES } from '../temporal/limits.ts';
import { cutText } from '../text/cut-text.ts';

/** A hundred are more than anybody reads. */
const MOST_WARNINGS = 100;

const encode = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** A checked task as it leaves its thread: the input is JSON, so that nobody has to make it into objects and back. */
export const packTask = (checked: CheckedTask): CheckedTask => ({
  ...checked,
  details: cutText(checked.details, MOST_BYTES.details),
  warnings: checked.warnings.slice(0, MOST_WARNINGS),
  // A task's labels tell its template.
  input: 'template' in checked.input ? { template: checked.input.template } : {},
  encoded: { input: encode(checked.input) },
});

/** Of a list only its length is looked at. */
const lengthAlone = (forEach: unknown): unknown =>
  Array.isArray(forEach) ? forEach.map(() => null) : forEach === null ? null : {};

const outlineOf = (step: PipelineStep): PipelineStep => ({
  ...step,
  payload: {},
  forEach: lengthAlone(step.forEach),
});

/** The same for a pipeline: what stays of its steps is what its plan tells. */
export const packPipeline = (checked: CheckedPipeline): CheckedPipeline => ({
  ...checked,
  details: cutText(checked.details, MOST_BYTES.details),
  warnings: checked.warnings.slice(0, MOST_WARNINGS),
  steps: checked.steps.map(outlineOf),
  output: null,
  encoded: { steps: encode(checked.steps), output: encode(checked.output ?? null) },
});
