import { z } from 'zod';
import { problemSchema } from '../../contracts/answers.ts';
import { AppError, ERRORS, type ErrorCode } from '../../errors.ts';
import { problem } from '../problem.ts';
import { errorsOf, TAGS, type Answer, type Route } from '../route.ts';
import { jsonSchemas } from './schemas.ts';
import { eventParts, webhooksOf } from './webhooks.ts';

type Json = Record<string, unknown>;

const CHAPTERS: Record<(typeof TAGS)[number], string> = {
  Tasks: 'Pictures, videos, speech and films: submitted, looked at, changed.',
  Webhooks: 'How the middleware calls you, and what you answered.',
  Pipelines: 'Several tasks that feed each other, as one submission.',
  Queue: 'What runs and what waits; pause and drain for the operator.',
  Templates: 'Graphs of ComfyUI with parameters.',
  Voices: 'Recordings in whose voice CosyVoice speaks.',
  Files: 'Files under ASSET_PATH: what tasks read and what they made.',
  Health: 'For monitors and for people who wonder why nothing runs.',
  Reference: 'This description.',
};

const ABOUT = `Clients submit tasks and poll for their status. The middleware decides which task has the graphics card, keeps every accepted task through crashes and restarts, and says why a task failed.

Every error is problem details (RFC 9457) with a \`code\`, a \`hint\` and the path of every bad field. It is \`application/problem+json\` for clients whose \`Accept\` names that type, and \`application/json\` for all others. Clients must expect more fields in answers, and more codes.

Every answer has \`X-Request-Id\`: that of the request, or a new one. Where requests are limited, it also has \`RateLimit\` and \`RateLimit-Policy\`.`;

/**
 * The path of a route in the syntax of OpenAPI: `/tasks/:task_id` → `/tasks/{task_id}`, `/assets/*path` →
 * `/assets/{path}`.
 */
export const openApiPath = (path: string): string => path.replaceAll(/[:*](\w+)/g, '{$1}');

const PLACES = { params: 'path', query: 'query', headers: 'header' } as const;

/** Every schema of a route, by a unique key. */
function partsOf(route: Route) {
  const { id, body, answers } = route;
  const parts = Object.keys(PLACES).flatMap((place) =>
    Object.entries(route[place as keyof typeof PLACES]?.shape ?? {}).map(
      ([name, schema]) => [`${id} ${place} ${name}`, schema] as const,
    ),
  );
  return [
    ...parts,
    ...(body === undefined ? [] : [[`${id} body`, body.schema] as const]),
    ...Object.entries(answers).flatMap(([status, { schema }]) =>
      schema === undefined ? [] : [[`${id} ${status}`, schema] as const],
    ),
  ];
}

const HEADERS: Partial<Record<number, Json>> = {
  401: { 'WWW-Authenticate': { description: '`Bearer`.', schema: { type: 'string' } } },
  429: { 'Retry-After': { description: 'Seconds until it is worth to ask again.', schema: { type: 'integer' } } },
  503: {
    'Retry-After': {
      description: 'Seconds until it is worth to ask again, if that may help.',
      schema: { type: 'integer' },
    },
  },
};

/** The error answers of a route, by status. */
function errorAnswers(route: Route): Json {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of errorsOf(route))
    byStatus.set(ERRORS[code].status, [...(byStatus.get(ERRORS[code].status) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => {
      const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
      const schema = { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] };
      return [
        status,
        {
          description: codes.map((code) => `* \`${code}\`: ${ERRORS[code].message}.`).join('\n'),
          ...(HEADERS[status] === undefined ? {} : { headers: HEADERS[status] }),
          content: { 'application/json': { schema, examples }, 'application/problem+json': { schema } },
        },
      ];
    }),
  );
}

/** The links from an answer with a `task_id`: every route with a `task_id` in its path. */
function linksOf({ params }: Route, { schema }: Answer, routes: readonly Route[]): Json {
  if (params !== undefined || !(schema instanceof z.ZodObject) || !('task_id' in schema.shape)) return {};
  const next = routes.filter((route) => route.params !== undefined && 'task_id' in route.params.shape);
  const parameters = { task_id: '$response.body#/task_id' };
  return { links: Object.fromEntries(next.map(({ id }) => [id, { operationId: id, parameters }])) };
}

function successAnswer({ description, example, type, headers }: Answer, schema: Json | undefined): Json {
  const shown = Object.entries(headers ?? {}).map(([name, text]) => [
    name,
    { description: text, schema: { type: 'string' } },
  ]);
  return {
    description,
    ...(shown.length === 0 ? {} : { headers: Object.fromEntries(shown) }),
    ...(schema === undefined ? {} : { content: { 'application/json': { schema, example } } }),
    ...(type === undefined ? {} : { content: { [type]: {} } }),
  };
}

function parametersOf(route: Route, parts: Record<string, Json>): Json[] {
  return (Object.keys(PLACES) as (keyof typeof PLACES)[]).flatMap((place) =>
    Object.entries(route[place]?.shape ?? {}).map(([name, field]) => {
      const { description, examples = [], ...schema } = parts[`${route.id} ${place} ${name}`] ?? {};
      const isRequired = place === 'params' || !field.safeParse(undefined).success;
      const [example] = examples as unknown[];
      return {
        name,
        in: PLACES[place],
        required: isRequired,
        description,
        schema,
        ...(example === undefined ? {} : { example }),
      };
    }),
  );
}

/** The schemes of a route, with the role that a key needs. */
const securityOf = (access: Route['access']): Json[] =>
  access === 'anybody' ? [] : ['bearer', 'header'].map((scheme) => ({ [scheme]: [access] }));

function operationOf(
  route: Route,
  { parts, routes, needsKey }: { parts: Record<string, Json>; routes: readonly Route[]; needsKey: boolean },
): Json {
  const { id, tag, summary, description, access, body, answers } = route;
  const parameters = parametersOf(route, parts);
  const examples = Object.entries(body?.examples ?? {}).map(([title, value]) => [title, { value }]);
  return {
    operationId: id,
    tags: [tag],
    summary,
    description:
      needsKey && access !== 'anybody' ? `${description} Needs a key with the role \`${access}\`.` : description,
    ...(needsKey ? { security: securityOf(access) } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.optional !== true,
            content: {
              [body.type ?? 'application/json']: {
                schema: parts[`${id} body`],
                examples: Object.fromEntries(examples),
              },
            },
          },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [
          status,
          { ...successAnswer(answer, parts[`${id} ${status}`]), ...linksOf(route, answer, routes) },
        ]),
      ),
      ...errorAnswers(route),
    },
  };
}

const errorExample = (code: ErrorCode): Json => ({
  summary: ERRORS[code].message,
  value: problem(new AppError(code)).body,
});

/**
 * Describes the API as OpenAPI 3.1, generated from the route table.
 * @param needsKey whether keys are set.
 */
export function openApiDocument(
  routes: readonly Route[],
  { version, needsKey }: { version: string; needsKey: boolean },
): Json {
  const { parts, components } = jsonSchemas(
    Object.fromEntries([
      ['problem', problemSchema],
      ...Object.entries(eventParts),
      ...routes.flatMap((route) => partsOf(route)),
    ]),
  );
  const paths: Record<string, Json> = {};
  for (const route of routes)
    (paths[openApiPath(route.path)] ??= {})[route.method] = operationOf(route, { parts, routes, needsKey });
  const codes = new Set(routes.flatMap((route) => errorsOf(route)));
  return {
    openapi: '3.1.0',
    info: { title: 'GPU middleware', version, description: ABOUT, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/', description: 'This machine' }],
    tags: TAGS.map((name) => ({ name, description: CHAPTERS[name] })),
    ...(needsKey ? { security: [{ bearer: [] }, { header: [] }] } : {}),
    paths,
    webhooks: webhooksOf(parts),
    components: {
      schemas: components,
      examples: Object.fromEntries([...codes].map((code) => [code, errorExample(code)])),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API key, where the operator has set some. Its role is `read`, `submit` or `admin`; each includes those before it.',
        },
        header: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same key in another header.' },
      },
    },
  };
}
