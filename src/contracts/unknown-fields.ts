import type { FieldError } from '../errors.ts';
import { formatPath } from './fields.ts';
import { nearest } from './nearest.ts';
import { pipelineSchema, STEP_FIELDS } from './pipeline.ts';

const PIPELINE_FIELDS = Object.keys(pipelineSchema.shape);
/** A body may consist only of unknown fields. */
const MOST_TOLD = 100;
const MOST_LOOKED_AT = 1000;
const LONGEST_NAME = 100;

const others = (value: unknown, known: readonly string[]): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.keys(value).filter((name) => !known.includes(name))
    : [];

const meant = (name: string, near: string): string => `there is no field ${name}; did you mean ${near}?`;

/**
 * Errors about unknown fields of a submitted pipeline, so that none is lost silently. Every unknown field of a step is
 * an error; the pipeline itself may have fields of the client's own, such as `description`, unless they look misspelt.
 */
export function unknownFields(body: unknown): FieldError[] {
  const ofPipeline = others(body, PIPELINE_FIELDS)
    .slice(0, MOST_LOOKED_AT)
    .flatMap((name) => {
      const near = nearest(name, PIPELINE_FIELDS);
      return near === undefined ? [] : [{ path: name.slice(0, LONGEST_NAME), message: meant(name, near) }];
    });
  const steps = (body as { steps?: unknown } | null | undefined)?.steps;
  const ofSteps: { place: number; name: string }[] = [];
  for (const [place, step] of (Array.isArray(steps) ? steps : []).entries()) {
    const names = others(step, STEP_FIELDS).slice(0, MOST_TOLD - ofSteps.length);
    ofSteps.push(...names.map((name) => ({ place, name: name.slice(0, LONGEST_NAME) })));
    if (ofSteps.length === MOST_TOLD) break;
  }
  const told = ofSteps.map(({ place, name }) => {
    const near = nearest(name, STEP_FIELDS);
    const message =
      near === undefined
        ? `there is no field ${name}; a step has the fields ${STEP_FIELDS.join(', ')}`
        : meant(name, near);
    return { path: formatPath(['steps', place, name]), message };
  });
  return [...ofPipeline.slice(0, MOST_TOLD), ...told];
}

/** Pipelines are kept in files, where people note what they make. */
const NOTES: readonly string[] = ['description'];

/** Warnings about fields of the client's own in a submitted pipeline, which are ignored. At most 20. */
export const ignoredBeside = (body: unknown): string[] =>
  others(body, [...PIPELINE_FIELDS, ...NOTES])
    .slice(0, MOST_LOOKED_AT)
    .filter((name) => nearest(name, PIPELINE_FIELDS) === undefined)
    .slice(0, 20)
    .map((name) => `${name.slice(0, LONGEST_NAME)} is unknown and was ignored`);
