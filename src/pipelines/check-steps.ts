import type { Shape } from '../contracts/engine-facts.ts';
import { ENGINES } from '../contracts/engines.ts';
import type { SubmittedStep } from '../contracts/pipeline.ts';
import { formatPath } from '../contracts/fields.ts';
import type { FieldError } from '../errors.ts';
import { createNearest } from '../contracts/nearest.ts';
import { inspectList, inspectValue, newInspection, type Scope } from './inspect-value.ts';
import { orderSteps } from './order-steps.ts';

/** A step whose references were checked. */
export interface CheckedStep {
  step: SubmittedStep;
  id: string;
  /** Its index in the request. */
  place: number;
  after: string[];
}

export interface CheckedSteps {
  /** Each step comes after those that it needs. */
  steps: CheckedStep[];
  errors: FieldError[];
}

/** The shape of what a reference to a step stands for: its result, or the list of its results. */
const shapeOf = ({ task_type: type, for_each: list }: SubmittedStep): Shape =>
  list === undefined ? ENGINES[type].resultShape : [ENGINES[type].resultShape];

function duplicates(steps: readonly SubmittedStep[]): FieldError[] {
  const first = new Map<string, number>();
  return steps.flatMap(({ id }, place) => {
    const before = first.get(id);
    if (before === undefined) first.set(id, place);
    return before === undefined
      ? []
      : [{ path: `steps[${place}].id`, message: `steps[${before}] has the id ${id} too; ids must be different` }];
  });
}

function dependencyErrors(step: SubmittedStep, place: number, { steps: ids, suggest }: Named): FieldError[] {
  return (step.depends_on ?? []).flatMap((id, index) => {
    const path = formatPath(['steps', place, 'depends_on', index]);
    if (id === step.id) return [{ path, message: `step ${id} refers to itself` }];
    if (ids.has(id)) return [];
    const near = suggest(id);
    return [{ path, message: `there is no step ${id}${near === undefined ? '' : `; did you mean ${near}?`}` }];
  });
}

type Named = Pick<Scope, 'steps' | 'suggest'>;

function checkStep(step: SubmittedStep, place: number, named: Named): CheckedStep & { errors: FieldError[] } {
  const path = ['steps', place];
  const seen = newInspection();
  const scope: Scope = { ...named, self: step.id, item: undefined };
  const many = step.for_each !== undefined;
  const shape = many ? inspectList(step.for_each, [...path, 'for_each'], scope, seen) : undefined;
  inspectValue(step.payload, [...path, 'payload'], { ...scope, item: many ? { shape } : undefined }, seen);
  const ids = (step.depends_on ?? []).filter((id) => named.steps.has(id));
  const after = [...new Set([...seen.uses, ...ids])].filter((id) => id !== step.id);
  const errors = [...seen.errors, ...dependencyErrors(step, place, named)];
  return { step, id: step.id, place, after, errors };
}

const describeCycle = (cycle: readonly CheckedStep[]): FieldError[] => {
  // Each needs the next one.
  const [first] = cycle;
  if (first === undefined) return [];
  const round = [...cycle, first].map(({ id }) => id).join(', which needs ');
  return [{ path: `steps[${first.place}]`, message: `these steps wait for each other: ${round}` }];
};

/**
 * Checks that the steps of a pipeline can be put in order, and everything that they and its `output` refer to. Tells
 * every error at once, with its path in the request.
 */
export function checkSteps(submitted: readonly SubmittedStep[], output: unknown): CheckedSteps {
  const shapes = new Map(submitted.map((step) => [step.id, shapeOf(step)]));
  const named: Named = { steps: shapes, suggest: createNearest(() => shapes.keys()) };
  const checked = submitted.map((step, place) => checkStep(step, place, named));
  const last = newInspection();
  inspectValue(output, ['output'], { ...named, self: undefined, item: undefined }, last);
  const twice = duplicates(submitted);
  // Steps with the same id would look like a cycle.
  const { ordered, cycle } = twice.length > 0 ? { ordered: [], cycle: undefined } : orderSteps(checked);
  return {
    steps: ordered,
    errors: [
      ...twice,
      ...checked.flatMap(({ errors }) => errors),
      ...(cycle === undefined ? [] : describeCycle(cycle)),
      ...last.errors,
    ],
  };
}
