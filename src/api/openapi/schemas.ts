import { z } from 'zod';

type Json = Record<string, unknown>;

/** Removes patterns that only repeat a format, because they make the document long. */
const FORMATS: ReadonlySet<unknown> = new Set(['date-time', 'uuid']);

/** Adds the discriminator of a union of objects, which client generators use. */
function addDiscriminators(schemas: Record<string, Json>): void {
  for (const schema of Object.values(schemas)) {
    const refs = ((schema['oneOf'] ?? []) as { $ref: string }[]).map(({ $ref }) => $ref);
    const options = refs.map(
      (ref) => schemas[ref.split('/').at(-1) ?? '']?.['properties'] as Record<string, Json> | undefined,
    );
    const propertyName = Object.keys(options[0] ?? {}).find((name) =>
      options.every((one) => one?.[name]?.['const'] !== undefined),
    );
    if (propertyName === undefined) continue;
    const mapping = Object.fromEntries(refs.map((ref, index) => [options[index]?.[propertyName]?.['const'], ref]));
    schema['discriminator'] = { propertyName, mapping };
  }
}

/**
 * JSON Schema (2020-12, which OpenAPI 3.1 uses) for all parts of the API at once.
 * @returns `parts` by their keys, and the schemas with an id, which the parts refer to, as `components.schemas`.
 */
export function jsonSchemas(parts: Readonly<Record<string, z.ZodType>>): {
  parts: Record<string, Json>;
  components: Record<string, Json>;
} {
  const all = z.toJSONSchema(z.object(parts), {
    // The input form, which clients send. Answers have the same form in both directions.
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      // Answers are strict for the tests, but clients must expect more fields.
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (FORMATS.has(jsonSchema.format)) delete jsonSchema.pattern;
      // This only means that a number is whole.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  const { properties, $defs = {} } = JSON.parse(
    JSON.stringify(all).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as { properties: Record<string, Json>; $defs?: Record<string, Json> };
  for (const schema of Object.values($defs)) delete schema['id'];
  addDiscriminators($defs);
  return { parts: properties, components: $defs };
}
