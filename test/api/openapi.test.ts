import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { openApiDocument } from '../../src/api/openapi/document.ts';
import { errorsOf, takesBody } from '../../src/api/route.ts';
import { createRoutes, type RouteDeps } from '../../src/api/routes.ts';
import { ERRORS } from '../../src/errors.ts';

const routes = createRoutes({} as RouteDeps);
const document = openApiDocument(routes, { version: '1.2.3', needsKey: true });
type Schema = {
  $ref?: string;
  description?: string;
  type?: string;
  enum?: unknown;
  const?: unknown;
  [more: string]: unknown;
};
const { schemas, examples } = document['components'] as {
  schemas: Record<string, Schema>;
  examples: Record<string, { value: unknown }>;
};
const rows = routes.map((route) => ({ name: `${route.method.toUpperCase()} ${route.path}`, route }));

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'api:document', components: { schemas } });
/** What is wrong with a value by a schema of the document. */
function wrong(schema: object, value: unknown): string {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"api:document#/components/');
  const validate = ajv.compile(JSON.parse(text) as object);
  validate(value);
  return ajv.errorsText(validate.errors);
}

test('The description is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
});

test('Every reference in the description leads somewhere', () => {
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)];
  expect(refs.length).toBeGreaterThan(100);
  const all = document['components'] as Record<string, Record<string, unknown>>;
  expect(refs.filter(([, kind = '', name = '']) => all[kind]?.[name] === undefined)).toEqual([]);
});

describe.each(rows)('The row of $name', ({ route }) => {
  test('has a summary, a description, and a name that no other row has', () => {
    expect(route.summary).toMatch(/^[A-Z].{10,70}[^.]$/);
    expect(route.description).toMatch(/^[A-Z`][\s\S]{15,}\.$/);
    expect(route.id).toMatch(/^[a-z]+[A-Z]\w+$/);
    expect(routes.filter(({ id }) => id === route.id)).toHaveLength(1);
  });

  test('describes every part of its path and its query, with an example that fits', () => {
    const inPath = [...route.path.matchAll(/[:*](\w+)/g)].map(([, name]) => name);
    expect(Object.keys(route.params?.shape ?? {})).toEqual(inPath);
    for (const [name, field] of Object.entries({ ...route.params?.shape, ...route.query?.shape })) {
      const { description, examples: shown = [] } = field.meta() ?? {};
      expect([name, typeof description, (shown as unknown[]).length > 0]).toEqual([name, 'string', true]);
      for (const value of shown as unknown[]) expect([name, field.safeParse(value).error]).toEqual([name, undefined]);
    }
  });

  test('describes the body that it takes, with examples that fit', () => {
    expect(route.body !== undefined).toBe(takesBody(route));
    if (route.body === undefined) return;
    const paths = document['paths'] as Record<
      string,
      Record<string, { requestBody: { content: Record<string, { schema: object }> } }>
    >;
    const { content } = paths[route.path.replaceAll(/[:*](\w+)/g, '{$1}')]?.[route.method]?.requestBody ?? {
      content: {},
    };
    const [schema] = Object.values(content).map((one) => one.schema);
    expect(Object.keys(route.body.examples)).not.toEqual([]);
    for (const [title, value] of Object.entries(route.body.examples))
      expect([title, wrong(schema ?? {}, value)]).toEqual([title, 'No errors']);
  });

  test('has answers of success, each with an example that fits', () => {
    expect(Object.keys(route.answers)).not.toEqual([]);
    for (const [status, { description, schema, example, type }] of Object.entries(route.answers)) {
      expect(Number(status)).toBeLessThan(400);
      expect(description).toMatch(/^[A-Z].+\.$/);
      if (schema === undefined) expect(type !== undefined || ['204', '304'].includes(status)).toBe(true);
      else expect(schema.safeParse(example).error).toBeUndefined();
    }
  });
});

test('Every error that a route may answer has an example that fits, and its status', () => {
  for (const code of new Set(routes.flatMap((route) => errorsOf(route)))) {
    expect(wrong({ $ref: '#/components/schemas/Problem' }, examples[code]?.value)).toBe('No errors');
    expect(examples[code]?.value).toMatchObject({ code, status: ERRORS[code].status });
  }
});

/** The fields of a request, however deep, that have no description. */
function undescribed(schema: Schema, path: string): string[] {
  if (schema.$ref !== undefined) return [];
  const inner = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).flatMap(([name, field]) => {
    const known = field.description ?? schemas[field.$ref?.split('/').at(-1) ?? '']?.description;
    return [...(known === undefined ? [`${path}.${name}`] : []), ...undescribed(field, `${path}.${name}`)];
  });
  const options = ((schema['anyOf'] ?? schema['oneOf'] ?? []) as Schema[]).flatMap((one) => undescribed(one, path));
  return [
    ...inner,
    ...options,
    ...(schema['items'] === undefined ? [] : undescribed(schema['items'] as Schema, `${path}[]`)),
  ];
}

test('Every schema with a name says what it is or describes its fields', () => {
  expect(Object.keys(schemas).length).toBeGreaterThan(20);
  const bare = Object.entries(schemas).filter(
    ([, { description, properties }]) => description === undefined && properties === undefined,
  );
  expect(bare).toEqual([]);
});

test.each([
  'SubmitComfyui',
  'SubmitCosyvoice',
  'SubmitRemotionRender',
  'ComfyuiPayload',
  'CosyvoicePayload',
  'RenderPayload',
  'Timeline',
  'Clip',
  'Subtitle',
  'FilmOutput',
  'SubmitPipeline',
  'StepRequest',
  'VoiceForm',
])('Every field of %s has a description', (name) => {
  expect(undescribed(schemas[name] ?? {}, name)).toEqual([]);
});

test('A submission is told apart by its task type', () => {
  expect(schemas['SubmitTask']).toMatchObject({
    discriminator: { propertyName: 'task_type', mapping: { comfyui: '#/components/schemas/SubmitComfyui' } },
  });
});

test('The answer to a submission has links to the requests for its task', () => {
  const paths = document['paths'] as Record<string, { post?: { responses: Record<string, { links?: object }> } }>;
  const { links } = paths['/submit_task']?.post?.responses['200'] ?? {};
  expect(Object.keys(links ?? {})).toEqual(expect.arrayContaining(['getTaskStatus', 'cancelTask', 'retryTask']));
});

test('Only an API with keys requires one, except on its public endpoints, and names the role', () => {
  expect(document['security']).toEqual([{ bearer: [] }, { header: [] }]);
  expect(openApiDocument(routes, { version: '1', needsKey: false })).not.toHaveProperty('security');
  type Paths = Record<string, Record<string, { security?: unknown; description: string }>>;
  const paths = document['paths'] as Paths;
  expect(paths['/health']?.['get']?.security).toEqual([]);
  expect(paths['/queue']?.['get']?.security).toEqual([{ bearer: ['read'] }, { header: ['read'] }]);
  expect(paths['/queue/pause']?.['post']?.description).toMatch(/ Needs a key with the role `admin`\.$/);
  const open = openApiDocument(routes, { version: '1', needsKey: false })['paths'] as Paths;
  expect(open['/queue/pause']?.['post']?.description).not.toContain('role');
});
