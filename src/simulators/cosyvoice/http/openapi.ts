import { methodsOf, type Method } from '../model/methods.ts';
import type { Extension, Settings } from '../options.ts';
import { frameworkOf, type Framework } from './framework.ts';
import validationSchemas from './validation-schemas.json' with { type: 'json' };

const title = (name: string): string =>
  name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');

const json = (schema: unknown): unknown => ({ 'application/json': { schema } });
const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

const EXTENSIONS: Record<Extension, { type: string; default?: unknown }> = {
  speed: { type: 'number', default: 1 },
  seed: { type: 'integer' },
  stream: { type: 'boolean', default: false },
};

const bodyName = (method: Method, verb: string): string => `Body_${method.name}_${method.name}_${verb.toLowerCase()}`;

function operation(method: Method, verb: string): unknown {
  const type = method.recording ? 'multipart/form-data' : 'application/x-www-form-urlencoded';
  return {
    summary: title(method.name),
    operationId: `${method.name}_${method.name}_${verb.toLowerCase()}`,
    requestBody: { content: { [type]: { schema: ref(bodyName(method, verb)) } }, required: true },
    responses: {
      200: { description: 'Successful Response', content: json({}) },
      422: { description: 'Validation Error', content: json(ref('HTTPValidationError')) },
    },
  };
}

function bodySchema(method: Method, verb: string, { extensions, fastapi }: Settings): unknown {
  const texts = method.texts.map((name) => [name, { type: 'string', title: title(name) }]);
  const file = method.recording
    ? [['prompt_wav', { type: 'string', ...frameworkOf(fastapi).file, title: 'Prompt Wav' }]]
    : [];
  const extras = extensions.map((name) => [name, { ...EXTENSIONS[name], title: title(name) }]);
  return {
    properties: Object.fromEntries([...texts, ...file, ...extras]) as unknown,
    type: 'object',
    required: [...method.texts, ...(method.recording ? ['prompt_wav'] : [])],
    title: bodyName(method, verb),
  };
}

const validationError = ({ errorMembers }: Framework): unknown => {
  const { ValidationError: schema } = validationSchemas;
  return { ...schema, properties: { ...schema.properties, ...errorMembers } };
};

/** `/openapi.json`: the paths and their fields. It says nothing about the model. */
export function openapi(settings: Settings): unknown {
  const { methods, verbs } = methodsOf(settings.release);
  return {
    openapi: '3.1.0',
    info: { title: 'FastAPI', version: '0.1.0' },
    paths: Object.fromEntries(
      methods.map((method) => [
        `/${method.name}`,
        Object.fromEntries(verbs.map((verb) => [verb.toLowerCase(), operation(method, verb)])),
      ]),
    ),
    components: {
      schemas: {
        ...Object.fromEntries(
          methods.flatMap((method) =>
            verbs.map((verb) => [bodyName(method, verb), bodySchema(method, verb, settings)]),
          ),
        ),
        ...validationSchemas,
        ValidationError: validationError(frameworkOf(settings.fastapi)),
      },
    },
  };
}
