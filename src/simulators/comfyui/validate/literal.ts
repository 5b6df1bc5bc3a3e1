import type { InputSpec } from '../nodes/node-class.ts';
import { floatText, repr, str, toBool, toFloat, toInt } from './python.ts';
import { reason, type Reason } from './reasons.ts';

/** Longer lists of choices are left out of messages. */
const LISTED = 20;

/** A value after coercion, or the complaint about it. */
export type Checked = { value: unknown } | { reason: Reason };

const CONVERT: Record<string, (value: unknown) => unknown> = {
  INT: toInt,
  FLOAT: toFloat,
  STRING: str,
  BOOLEAN: toBool,
};

function range(name: string, kind: string, spec: InputSpec, value: number): Reason | undefined {
  const { min, max } = (spec[1] ?? {}) as { min?: number; max?: number };
  const words = kind === 'FLOAT' ? floatText : String;
  const info = { input_name: name, input_config: spec, received_value: value };
  if (min !== undefined && value < min)
    return reason('value_smaller_than_min', `Value ${words(value)} smaller than min of ${words(min)}`, name, info);
  if (max !== undefined && value > max)
    return reason('value_bigger_than_max', `Value ${words(value)} bigger than max of ${words(max)}`, name, info);
  return undefined;
}

function choice(name: string, options: readonly string[], spec: InputSpec, value: unknown): Reason | undefined {
  if (options.includes(value as string)) return undefined;
  const long = options.length > LISTED;
  return reason(
    'value_not_in_list',
    'Value not in list',
    `${name}: ${repr(value)} not in ${long ? `(list of length ${options.length})` : repr(options)}`,
    { input_name: name, input_config: long ? null : spec, received_value: value },
  );
}

/**
 * Converts a literal as Python would, then looks at its limits. `step` is not looked at.
 * @param spec with its list of files filled in.
 */
export function checkLiteral(name: string, spec: InputSpec, given: unknown): Checked {
  const type = spec[0];
  if (typeof type !== 'string') {
    const wrong = choice(name, type as readonly string[], spec, given);
    return wrong === undefined ? { value: given } : { reason: wrong };
  }
  const convert = CONVERT[type];
  if (convert === undefined) return { value: given };
  let value: unknown;
  try {
    value = convert(given);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return {
      reason: reason(
        'invalid_input_type',
        `Failed to convert an input value to a ${type} value`,
        `${name}, ${str(given)}, ${problem}`,
        { input_name: name, input_config: spec, received_value: given, exception_message: problem },
      ),
    };
  }
  const wrong = typeof value === 'number' ? range(name, type, spec, value) : undefined;
  return wrong === undefined ? { value } : { reason: wrong };
}
