import type { ParamOf, ParamSpec } from './params-schema.ts';
import { flag } from '../contracts/fields.ts';
import { nearest } from '../contracts/nearest.ts';
import { textInstead } from '../contracts/text-instead.ts';

/** The checked value, or a description of the expected value. */
export type Checked = { value: unknown } | { expected: string };

/** The largest whole number that JSON keeps exactly. */
const EXACT = '9007199254740991 (2^53 − 1)';
const WHOLE_NUMBER = /^\s*[+-]?\d+\s*$/;
const NUMBER = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i;
const fits = (value: unknown): Checked => ({ value });
const expected = (what: string): Checked => ({ expected: `expected ${what}` });

/** Clients that send forms send numbers as strings. */
const asNumber = (value: unknown, form: RegExp): unknown =>
  typeof value === 'string' && form.test(value) ? Number(value) : value;

function checkString(spec: ParamOf<'string'>, sent: unknown): Checked {
  const value = typeof sent === 'number' ? String(sent) : sent;
  if (typeof value !== 'string') return expected('text');
  if (value.includes('\0')) return expected('text without null characters');
  if (spec.maxLength !== undefined && value.length > spec.maxLength)
    return expected(`text of at most ${spec.maxLength} characters`);
  return fits(value);
}

/** The legal values around one that is off the steps. */
function around(value: number, min: number, step: number, max: number): string {
  const below = Math.floor((value - min) / step);
  const [low, high] = [below, below + 1].map((steps) => Number((min + steps * step).toPrecision(12)));
  return high === undefined || high > max ? `${low}` : `${low} or ${high}`;
}

/** `lookUp` gives the value of the parameter that `max` names. */
function checkNumber(spec: ParamOf<'integer' | 'number'>, sent: unknown, lookUp: (param: string) => unknown): Checked {
  const whole = spec.type === 'integer';
  const value = asNumber(sent, whole ? WHOLE_NUMBER : NUMBER);
  const { min, step } = spec;
  const limit = typeof spec.max === 'string' ? lookUp(spec.max) : spec.max;
  const max = typeof limit === 'number' ? limit : undefined;
  const range = [
    min === undefined ? '' : ` from ${min}`,
    max === undefined ? '' : ` ${min === undefined ? 'up ' : ''}to ${max}`,
    typeof spec.max === 'string' && max !== undefined ? ` (${spec.max})` : '',
    step === undefined || (whole && step === 1) ? '' : ` in steps of ${step}`,
  ].join('');
  const wanted = `a ${whole ? 'whole ' : ''}number${range}`;
  if (typeof value !== 'number' || !Number.isFinite(value)) return expected(wanted);
  if (whole && Number.isInteger(value) && !Number.isSafeInteger(value)) return expected(`${wanted}, at most ${EXACT}`);
  if (whole && !Number.isInteger(value)) return expected(wanted);
  if ((min !== undefined && value < min) || (max !== undefined && value > max)) return expected(wanted);
  const steps = step === undefined ? 0 : (value - (min ?? 0)) / step;
  if (step !== undefined && Math.abs(steps - Math.round(steps)) > 1e-9)
    return expected(`${wanted}, such as ${around(value, min ?? 0, step, max ?? Infinity)}`);
  return fits(value);
}

function checkSeed(sent: unknown): Checked {
  const value = asNumber(sent, WHOLE_NUMBER);
  return Number.isSafeInteger(value) && (value as number) >= -1
    ? fits(value)
    : expected(`a seed: a whole number from 0 to ${EXACT}, or -1 for a random one`);
}

function checkChoice({ choices }: ParamOf<'choice'>, value: unknown): Checked {
  const word = String(value).trim().toLowerCase();
  const found =
    choices.find((choice) => choice === value) ??
    (typeof value === 'object' ? undefined : choices.find((choice) => String(choice).toLowerCase() === word));
  if (found !== undefined) return fits(found);
  const near = typeof value === 'string' ? nearest(value, choices.map(String)) : undefined;
  return expected(`one of ${choices.join(', ')}${near === undefined ? textInstead(value) : `; did you mean ${near}?`}`);
}

/** ComfyUI reads a pair of text and number as a link even where it was wrapped to be a plain list. */
const holdsLink = (value: unknown): boolean => {
  if (Array.isArray(value))
    return (
      (value.length === 2 && typeof value[0] === 'string' && /number|boolean/.test(typeof value[1])) ||
      value.some(holdsLink)
    );
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsLink);
};

/** Checks what a client sent for one parameter. Null and absent values do not get here. */
export function checkValue(spec: ParamSpec, value: unknown, lookUp: (param: string) => unknown): Checked {
  switch (spec.type) {
    case 'string':
      return checkString(spec, value);
    case 'integer':
    case 'number':
      return checkNumber(spec, value, lookUp);
    case 'boolean':
      return flag.safeParse(value).success ? fits(flag.parse(value)) : expected('true or false');
    case 'choice':
      return checkChoice(spec, value);
    case 'file':
      return typeof value === 'string' && value.trim() !== ''
        ? fits(value.trim())
        : expected('the path of a file under ASSET_PATH');
    case 'seed':
      return checkSeed(value);
    case 'scalar':
      return typeof value === 'object'
        ? expected('text, a number, true or false; not a list or an object')
        : fits(value);
    case 'json':
    default:
      return holdsLink(value)
        ? expected('a value without a list of one text and one number, which ComfyUI reads as a link')
        : fits(value);
  }
}
