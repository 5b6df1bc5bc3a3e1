import { formatPath, isAbsent } from '../contracts/fields.ts';
import { objectTextIn } from '../contracts/text-instead.ts';
import type { MediaKind } from '../contracts/comfyui.ts';
import type { FieldError } from '../errors.ts';
import { nearest } from '../contracts/nearest.ts';
import { findLargeInteger, largeIntegerMessage } from './large-integer.ts';
import { checkValue } from './param-value.ts';
import { defaultOf, reference, type ParamSpec } from './params-schema.ts';
import { TASK_ID, type Template } from './template.ts';

/** How many unknown names are compared; further ones are not misspellings. */
const MOST_COMPARED = 50;
/** Missing parameters for which a misspelt name is looked for. */
const MOST_HINTS = 20;

export interface ParamContext {
  taskId: string;
  /** A whole number from 0 to 2^53 − 1. */
  randomSeed: () => number;
}

/** A file that a client named for a parameter. */
export interface FileParam {
  name: string;
  kind: MediaKind;
  value: string;
  /** Where it stood in the request. */
  path: string;
}

export interface ResolvedParams {
  /** A value for each placeholder whose parameter is right. */
  values: Map<string, unknown>;
  files: FileParam[];
  /** Names that the template does not know. */
  ignored: string[];
  errors: FieldError[];
}

/** Whether a key of params addresses a node instead of naming a parameter: `3`, or `12:3` inside a subgraph. */
export const isNodeKey = (key: string): boolean => /^\d+(:\d+)*$/.test(key);

const describe = (spec: ParamSpec): string =>
  ({
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    choice: spec.type === 'choice' ? `one of ${spec.choices.join(', ')}` : '',
    file: 'the path of a file under ASSET_PATH',
    seed: 'a seed',
    scalar: 'text, a number, true or false',
    json: 'any value',
  })[spec.type];

/** Whether an empty text is a value, such as no negative prompt at all. */
const takesEmptyText = (spec: ParamSpec | undefined): boolean =>
  spec?.type === 'string' || spec?.type === 'scalar' || spec?.type === 'json';

/** Decides the value of every parameter of a template from what a client sent, and reports every error at once. */
export function resolveParams(
  template: Template,
  sent: Readonly<Record<string, unknown>>,
  context: ParamContext,
  prefix: readonly PropertyKey[],
): ResolvedParams {
  const specs = new Map(
    [...template.params].flatMap(([name, spec]) => [name, ...spec.aliases].map((key) => [key, spec])),
  );
  const isGiven = ([key, value]: [string, unknown]): boolean =>
    takesEmptyText(specs.get(key)) ? value !== undefined && value !== null : !isAbsent(value);
  const given = new Map(Object.entries(sent).filter(isGiven));
  const ignored = [...given.keys()].filter((key) => !specs.has(key) && !isNodeKey(key) && key !== TASK_ID);
  const values = new Map<string, unknown>([[TASK_ID, context.taskId]]);
  const files: FileParam[] = [];
  const errors: FieldError[] = [];
  const complain = (key: string, message: string) => errors.push({ path: formatPath([...prefix, key]), message });

  let hints = 0;
  const missing = (name: string, spec: ParamSpec): string => {
    const candidates = ++hints > MOST_HINTS ? [] : ignored.slice(0, MOST_COMPARED);
    const misspelt = candidates.find((key) => nearest(key, [name, ...spec.aliases]) !== undefined);
    const hint = misspelt === undefined ? '' : `; you sent "${misspelt}": did you mean ${name}?`;
    return `expected ${describe(spec)}: this parameter is required${hint}`;
  };

  const resolve = (name: string, spec: ParamSpec): void => {
    const names = [name, ...spec.aliases].filter((key) => given.has(key));
    const [key = name, ...others] = names;
    const clash = others.find((other) => given.get(other) !== given.get(key));
    if (clash !== undefined)
      return void complain(clash, `${key} and ${clash} are the same parameter; give one of them`);
    if (names.length === 0) {
      const derived = 'defaultFrom' in spec && spec.defaultFrom !== undefined ? spec.defaultFrom : undefined;
      const source = derived === undefined ? undefined : values.get(derived.param);
      if (spec.type === 'seed') values.set(name, context.randomSeed());
      else if (derived !== undefined && typeof source === 'number')
        values.set(name, Math.ceil(source * derived.factor));
      else if (defaultOf(spec) !== undefined) values.set(name, defaultOf(spec));
      else if (derived === undefined) complain(name, missing(name, spec));
      return;
    }
    const checked = checkValue(spec, given.get(key), (param) => values.get(param));
    if ('expected' in checked) return void complain(key, checked.expected);
    const large = findLargeInteger(checked.value);
    if (large !== undefined) {
      errors.push({ path: formatPath([...prefix, key, ...large.path]), message: largeIntegerMessage(large.number) });
      return;
    }
    const written = objectTextIn(checked.value);
    if (written !== undefined) return void complain(key, `expected ${describe(spec)}; ${written}`);
    if (spec.type === 'file')
      files.push({ name, kind: spec.kind, value: String(checked.value), path: formatPath([...prefix, key]) });
    values.set(name, spec.type === 'seed' && checked.value === -1 ? context.randomSeed() : checked.value);
  };

  const all = [...template.params];
  // Those that refer to others come after them.
  for (const [name, spec] of all.filter(([, entry]) => reference(entry).length === 0)) resolve(name, spec);
  for (const [name, spec] of all.filter(([, entry]) => reference(entry).length > 0)) resolve(name, spec);
  return { values, files, ignored, errors };
}
