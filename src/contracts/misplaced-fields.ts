import { ENGINES } from './engines.ts';
import type { TaskType } from './names.ts';
import { nearest } from './nearest.ts';
import { envelopeSchema, timeoutsSchema } from './task.ts';

const ENVELOPE = Object.keys(envelopeSchema.shape);
const TIMEOUTS = Object.keys(timeoutsSchema.shape);
const payloadOf = (type: TaskType): readonly string[] => ENGINES[type].payloadFields;
/** Fields of a timeline that people put next to it. */
const TIMELINE = ['width', 'height', 'fps', 'durationInFrames', 'clips', 'subtitles', 'audioSrc', 'bgmSrc'];

const MOST_WARNINGS = 20;
const MOST_LOOKED_AT = 1000;
/** So many unknown names are compared with ours; more are not misspellings. */
const MOST_COMPARED = 40;
/** A longer name cannot be a field of the API. */
const LONGEST_NAME = 40;

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The unknown names of an object. */
const othersIn = (value: unknown, known: readonly string[]): string[] =>
  isObject(value)
    ? Object.keys(value)
        .slice(0, MOST_LOOKED_AT)
        .filter((name) => !known.includes(name))
    : [];

const shown = (name: string): string => (name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}…`);

/** Warns of unknown names, with the right name if one looks misspelt. */
function createSpelling() {
  let compared = 0;
  return (where: string, name: string, known: readonly string[], sent: unknown): string[] => {
    const unknown = `${where}${shown(name)} is unknown and was ignored`;
    compared += 1;
    if (compared > MOST_COMPARED || name.length > LONGEST_NAME) return [unknown];
    const near = nearest(
      name,
      known.filter((one) => !isObject(sent) || !Object.hasOwn(sent, one)),
    );
    return near === undefined ? [unknown] : [`${unknown}; did you mean ${where}${near}?`];
  };
}
type Spelling = ReturnType<typeof createSpelling>;

const hasRemedy = (warning: string): boolean => warning.includes(';');

/** Those that name the right place or name come first. */
function first(warnings: string[]): string[] {
  const sorted = [...warnings.filter(hasRemedy), ...warnings.filter((warning) => !hasRemedy(warning))];
  return sorted.length <= MOST_WARNINGS
    ? sorted
    : [...sorted.slice(0, MOST_WARNINGS - 1), `and ${sorted.length - MOST_WARNINGS + 1} more fields were ignored`];
}

/** @param where the beginning of its path: empty, or `steps[2].` */
function inPayload(spelling: Spelling, where: string, taskType: TaskType, payload: unknown): string[] {
  const known = payloadOf(taskType);
  const at = `${where}payload.`;
  return othersIn(payload, known).flatMap((name) => {
    if (ENVELOPE.includes(name)) return [`${at}${name} was ignored; it belongs next to payload, as ${where}${name}`];
    if (taskType === 'remotion_render' && TIMELINE.includes(name))
      return [`${at}${name} was ignored; it belongs at ${at}timeline.${name}`];
    return spelling(at, name, known, payload);
  });
}

const inTimeouts = (spelling: Spelling, where: string, timeouts: unknown): string[] =>
  othersIn(timeouts, TIMEOUTS).flatMap((name) => spelling(`${where}timeouts.`, name, TIMEOUTS, timeouts));

/**
 * Warnings about fields of a submitted task that were ignored because they are unknown or in the wrong place, with the
 * right name or place if there is one. At most 20 sentences.
 */
export function misplacedFields(taskType: TaskType | undefined, body: unknown): string[] {
  if (!isObject(body)) return [];
  const spelling = createSpelling();
  const { timeouts, payload } = body as { timeouts?: unknown; payload?: unknown };
  const beside = othersIn(body, ENVELOPE).flatMap((name) =>
    taskType !== undefined && payloadOf(taskType).includes(name)
      ? [`${name} was ignored; it belongs at payload.${name}`]
      : spelling('', name, ENVELOPE, body),
  );
  const inside = taskType === undefined ? [] : inPayload(spelling, '', taskType, payload);
  return first([...beside, ...inTimeouts(spelling, '', timeouts), ...inside]);
}

/** The same for the steps of a pipeline; other unknown fields of a step are refused. */
export function misplacedInSteps(
  steps: readonly { taskType: TaskType | undefined; timeouts: unknown; payload: unknown }[],
): string[] {
  const spelling = createSpelling();
  return first(
    steps.flatMap(({ taskType, timeouts, payload }, place) => {
      const where = `steps[${place}].`;
      const inside = taskType === undefined ? [] : inPayload(spelling, where, taskType, payload);
      return [...inTimeouts(spelling, where, timeouts), ...inside];
    }),
  );
}

/** Warnings about ignored fields of a small request. */
export function misspeltFields(sent: unknown, known: readonly string[]): string[] {
  const spelling = createSpelling();
  return first(othersIn(sent, known).flatMap((name) => spelling('', name, known, sent)));
}
