import { z } from 'zod';
import { MEDIA_KINDS } from '../contracts/comfyui.ts';

const common = {
  description: z.string().default(''),
  /** May be left out: a parameter without a default is required. */
  required: z.boolean().optional(),
  aliases: z.array(z.string()).default([]),
};

const numeric = {
  ...common,
  default: z.number().optional(),
  /** A default worked out from another parameter, rounded up. */
  defaultFrom: z.strictObject({ param: z.string(), factor: z.number() }).optional(),
  min: z.number().optional(),
  /** A number, or the name of the parameter that it may not exceed. */
  max: z.union([z.number(), z.string()]).optional(),
  /** Legal values are `min` plus a multiple of this: min 1 and step 4 are the 4n+1 frames of the video models. */
  step: z.number().positive().optional(),
  examples: z.array(z.number()).optional(),
};

const paramSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('string'),
    ...common,
    default: z.string().optional(),
    maxLength: z.int().optional(),
    examples: z.array(z.string()).optional(),
  }),
  z.strictObject({ type: z.literal('integer'), ...numeric }),
  z.strictObject({ type: z.literal('number'), ...numeric }),
  z.strictObject({ type: z.literal('boolean'), ...common, default: z.boolean().optional() }),
  z.strictObject({
    type: z.literal('choice'),
    ...common,
    choices: z.array(z.union([z.string(), z.number()])).min(1),
    default: z.union([z.string(), z.number()]).optional(),
  }),
  z.strictObject({ type: z.literal('file'), ...common, kind: z.enum(MEDIA_KINDS).default('file') }),
  /** A whole number that is drawn at random when absent or -1. */
  z.strictObject({ type: z.literal('seed'), ...common }),
  /** Text, a number, true or false: the type of a placeholder about which nothing else is known. */
  z.strictObject({
    type: z.literal('scalar'),
    ...common,
    default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  }),
  /** The only type that takes lists and objects. A list never becomes a link. */
  z.strictObject({ type: z.literal('json'), ...common, default: z.json().optional() }),
]);
export type ParamSpec = z.infer<typeof paramSchema>;
export type ParamOf<T extends ParamSpec['type']> = Extract<ParamSpec, { type: T }>;

/** A numeric parameter that names another one as its limit or the source of its default. */
export const reference = (spec: ParamSpec): string[] =>
  spec.type === 'integer' || spec.type === 'number'
    ? [typeof spec.max === 'string' ? spec.max : undefined, spec.defaultFrom?.param].filter(
        (name) => name !== undefined,
      )
    : [];

/** Whether a client must send it. */
export const isRequired = (spec: ParamSpec): boolean =>
  spec.type !== 'seed' && defaultOf(spec) === undefined && !('defaultFrom' in spec && spec.defaultFrom !== undefined);

/** The fixed default, if there is one. */
export const defaultOf = (spec: ParamSpec): unknown => ('default' in spec ? spec.default : undefined);

/** The file `<name>.params.json` beside a template. */
export const paramsFileSchema = z.strictObject({
  $schema: z.string().optional(),
  description: z.string().default(''),
  params: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, 'expected a name of letters, digits and _'), paramSchema)
    .default({}),
  outputs: z.array(z.strictObject({ node: z.string(), kind: z.enum([...MEDIA_KINDS, 'text']) })).optional(),
  models: z.array(z.strictObject({ node: z.string(), input: z.string(), folder: z.string() })).default([]),
  /** The memory of the card that it needs, in MiB. */
  vram_mb: z.int().positive().optional(),
});
export type ParamsFile = z.infer<typeof paramsFileSchema>;
