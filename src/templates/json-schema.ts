import { defaultOf, isRequired, type ParamSpec } from './params-schema.ts';
import type { Template } from './template.ts';

type JsonSchema = Record<string, unknown>;

const PLAIN = ['string', 'number', 'boolean'];
/** A range with steps is described in words only if it has more values than this. */
const MOST_VALUES = 200;

function numeric(spec: Extract<ParamSpec, { type: 'integer' | 'number' }>): JsonSchema {
  const { min, step } = spec;
  const max = typeof spec.max === 'number' ? spec.max : undefined;
  const range = { ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) };
  if (step === undefined) return { type: spec.type, ...range };
  const base = min ?? 0;
  if (base % step === 0) return { type: spec.type, ...range, multipleOf: step };
  // JSON Schema counts multiples from 0 only.
  const count = max === undefined ? Infinity : Math.floor((max - base) / step) + 1;
  return count > MOST_VALUES
    ? { type: spec.type, ...range }
    : { type: spec.type, ...range, enum: Array.from({ length: count }, (_, index) => base + index * step) };
}

function shape(spec: ParamSpec): JsonSchema {
  switch (spec.type) {
    case 'string':
      return { type: 'string', ...(spec.maxLength === undefined ? {} : { maxLength: spec.maxLength }) };
    case 'integer':
    case 'number':
      return numeric(spec);
    case 'boolean':
      return { type: 'boolean' };
    case 'choice':
      return { enum: spec.choices };
    case 'file':
      return { type: 'string', minLength: 1, contentMediaType: spec.kind === 'file' ? '*/*' : `${spec.kind}/*` };
    case 'seed':
      return { type: 'integer', minimum: -1, maximum: Number.MAX_SAFE_INTEGER };
    case 'scalar':
      return { type: PLAIN };
    case 'json':
    default:
      return {};
  }
}

function remarks(spec: ParamSpec): string {
  const notes = [spec.description];
  if (spec.type === 'file') notes.push('Path of a file under ASSET_PATH, https:// address, or data URI.');
  if (spec.type === 'integer' || spec.type === 'number') {
    if (typeof spec.max === 'string') notes.push(`At most ${spec.max}.`);
    if (spec.defaultFrom !== undefined) notes.push(`Default: ${spec.defaultFrom.factor} × ${spec.defaultFrom.param}.`);
    if (spec.step !== undefined && spec.step !== 1) notes.push(`In steps of ${spec.step} from ${spec.min ?? 0}.`);
  }
  return notes.filter((note) => note !== '').join(' ');
}

const property = (spec: ParamSpec): JsonSchema => ({
  ...shape(spec),
  ...(remarks(spec) === '' ? {} : { description: remarks(spec) }),
  ...(defaultOf(spec) === undefined ? {} : { default: defaultOf(spec) }),
  ...('examples' in spec && spec.examples !== undefined ? { examples: spec.examples } : {}),
});

/** The schema of a template's `params`, as JSON Schema (2020-12). */
export function paramsJsonSchema(template: Template): JsonSchema {
  const params = [...template.params];
  const required = params.filter(([, spec]) => isRequired(spec));
  const plain = required.filter(([, { aliases }]) => aliases.length === 0).map(([name]) => name);
  const either = required
    .filter(([, { aliases }]) => aliases.length > 0)
    .map(([name, { aliases }]) => ({ anyOf: [name, ...aliases].map((key) => ({ required: [key] })) }));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: Object.fromEntries(
      params.flatMap(([name, spec]) => [
        [name, property(spec)],
        ...spec.aliases.map((alias) => [
          alias,
          { $ref: `#/properties/${name}`, description: `Another name of ${name}.` },
        ]),
      ]),
    ),
    patternProperties: {
      '^\\d+(:\\d+)*$': { type: 'object', description: 'Inputs to set on the node of this id, such as {"steps": 50}.' },
    },
    ...(plain.length > 0 ? { required: plain } : {}),
    ...(either.length > 0 ? { allOf: either } : {}),
  };
}
