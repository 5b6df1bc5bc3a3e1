import { z } from 'zod';
import type { CosyvoiceDialect } from '../../contracts/cosyvoice-dialects.ts';
import { AppError } from '../../errors.ts';
import { DIALECTS, type Dialect } from './dialects.ts';
import type { Answer, CosyvoiceHttp } from './http.ts';

/** The facts about a CosyVoice server at the start of an attempt. */
export interface Server {
  dialect: Dialect;
  /** The version that it reports; null if it reports none. */
  version: string | null;
  /** Names of the form fields that a path accepts; empty if the server does not list them. */
  fieldsOf: (path: string) => ReadonlySet<string>;
}

const operationSchema = z.looseObject({
  requestBody: z
    .looseObject({
      content: z.record(
        z.string(),
        z.looseObject({ schema: z.looseObject({ $ref: z.string().optional() }).optional() }),
      ),
    })
    .optional(),
});
const openapiSchema = z.looseObject({
  info: z.looseObject({
    title: z.string().default(''),
    description: z.string().default(''),
    version: z.string().default(''),
  }),
  paths: z.record(z.string(), z.looseObject({ get: operationSchema.optional(), post: operationSchema.optional() })),
  components: z
    .looseObject({
      schemas: z
        .record(z.string(), z.looseObject({ properties: z.record(z.string(), z.unknown()).default({}) }))
        .default({}),
    })
    .optional(),
});
type Openapi = z.infer<typeof openapiSchema>;

const GATEWAY = new Set([429, 502, 503, 504, 521, 522, 523, 524]);
const DENIED = new Set([401, 403, 407]);

/**
 * Checks that the server itself answered, not a proxy. @throws {AppError} `cosyvoice_unavailable`, `cosyvoice_denied`
 */
export function checkPresence({ end, status, problem }: Answer, shown: string): void {
  if (end === 'refused') throw new AppError('cosyvoice_unavailable', `${shown}: ${problem}`);
  if (status !== null && DENIED.has(status)) throw new AppError('cosyvoice_denied', `HTTP ${status}`);
  // A 504 for a sentence means that the sentence took too long.
  if (status !== null && GATEWAY.has(status) && status !== 504)
    throw new AppError('cosyvoice_unavailable', `${shown}: HTTP ${status}`);
}

const inferencePaths = ({ paths }: Openapi): [string, Openapi['paths'][string]][] =>
  Object.entries(paths).filter(([path]) => path.startsWith('/inference_'));

/** The generation of the model is not visible, so this assumes the default model, unless a wrapper names another. */
function guessDialect(openapi: Openapi): CosyvoiceDialect {
  const inference = inferencePaths(openapi);
  if (inference.every(([, { post }]) => post === undefined)) return 'v1-get';
  const named = /cosyvoice[\s_-]?v?([123])/i.exec(`${openapi.info.title} ${openapi.info.description}`)?.[1];
  if (named !== undefined) return named === '1' ? 'v1' : named === '2' ? 'v2' : 'v3';
  return inference.some(([path]) => path === '/inference_instruct2') ? 'v2' : 'v1';
}

function fieldsOf(openapi: Openapi, path: string): ReadonlySet<string> {
  const { post, get } = openapi.paths[path] ?? {};
  const contents = Object.values((post ?? get)?.requestBody?.content ?? {});
  const names = contents.map(({ schema }) => schema?.$ref?.split('/').at(-1) ?? '');
  const schemas = openapi.components?.schemas ?? {};
  return new Set(names.flatMap((name) => Object.keys(schemas[name]?.properties ?? {})));
}

function parse(text: string): Openapi | undefined {
  try {
    const parsed = openapiSchema.safeParse(JSON.parse(text));
    return parsed.success && inferencePaths(parsed.data).length > 0 ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Detects the dialect of the server, which is also the only health check that CosyVoice offers.
 * @param forced the dialect from the settings; with it any answer is accepted.
 * @throws {AppError} `cosyvoice_unavailable`, `cosyvoice_denied`; the signal's reason.
 */
export async function detectServer(
  http: CosyvoiceHttp,
  forced: CosyvoiceDialect | undefined,
  control: { signal?: AbortSignal | undefined; timeout: number },
): Promise<Server> {
  const { signal, timeout } = control;
  signal?.throwIfAborted();
  const limit = AbortSignal.timeout(timeout);
  const answer = await http.get('/openapi.json', signal === undefined ? limit : AbortSignal.any([signal, limit]));
  signal?.throwIfAborted();
  checkPresence(answer, http.shown);
  if (answer.end !== 'clean' || answer.status === 504)
    throw new AppError(
      'cosyvoice_unavailable',
      `${http.shown}: ${answer.end === 'stopped' ? 'no answer in time' : 'the connection was cut'}`,
    );
  const openapi = answer.status === 200 ? parse(answer.body.toString()) : undefined;
  if (openapi === undefined && forced === undefined)
    throw new AppError('cosyvoice_unavailable', `${http.shown}: another program answers, not CosyVoice`);
  return {
    dialect: DIALECTS[forced ?? (openapi === undefined ? 'v2' : guessDialect(openapi))],
    version: openapi?.info.version || null,
    fieldsOf: (path) => (openapi === undefined ? new Set() : fieldsOf(openapi, path)),
  };
}
