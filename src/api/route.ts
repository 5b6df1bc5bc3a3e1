import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { Access, Caller } from './caller.ts';

/** A request as handlers see it: no Express. */
export interface ApiRequest {
  /** A wildcard (`/assets/*path`) is one string with slashes. */
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, unknown>>;
  /** Names in lower case. */
  headers: Readonly<IncomingHttpHeaders>;
  /** In the form that the route's `takes` names. */
  body: unknown;
  /** The name of the client, if known. */
  client: string;
  /** The name of its API key; undefined if none is required. */
  key?: string | undefined;
  /** Who sent it, with role and limits. Whoever shows tasks asks `maySee(caller, client)`. */
  caller: Caller;
  /** Aborts when the connection closes, even after the answer. */
  closed?: AbortSignal | undefined;
}

/** An answer in JSON. */
export interface ApiResponse {
  status: number;
  body: unknown;
  headers?: Readonly<Record<string, string>>;
}

/**
 * An answer that its handler writes itself: a file, a part of a file, or events. An error before the first byte is
 * answered like any other error.
 */
export interface WrittenResponse {
  /** Headers that are set before `write` is called; `write` may set more. */
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** Resolves when all is written. `request.method` may be HEAD. */
  write: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;
}

/** The chapters of the reference. */
export const TAGS = [
  'Tasks',
  'Webhooks',
  'Pipelines',
  'Queue',
  'Templates',
  'Voices',
  'Files',
  'Health',
  'Reference',
] as const;

/** One answer of a route. */
export interface Answer {
  description: string;
  /** The schema of its JSON; absent for an answer without a body or of another type. */
  schema?: z.ZodType;
  example?: unknown;
  /** The type of an answer that is not JSON, such as `text/event-stream`; a range such as `video/*` is allowed. */
  type?: string;
  /** Headers that matter to clients, with their descriptions. */
  headers?: Readonly<Record<string, string>>;
}

/** An answer in JSON, with an example that fits it. */
export const json = <T extends z.ZodType>(description: string, schema: T, example: z.input<T>): Answer => ({
  description,
  schema,
  example,
});

/** The body of a request as the reference describes it. */
export interface RequestBody {
  schema: z.ZodType;
  /** Examples by title. */
  examples: Readonly<Record<string, unknown>>;
  /** Whether the request may come without it. */
  optional?: boolean;
  /** `application/json` unless the route takes a form or a stream. */
  type?: string;
}

/** One row of the route table: Express, `/openapi.json`, the reference page and the tests are made from it. */
export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** In the syntax of Express: `/tasks/:task_id`, `/assets/*path`. */
  path: string;
  /** The name of the operation in generated clients: a verb and its object, such as `listVoices`. */
  id: string;
  tag: (typeof TAGS)[number];
  /** One line without a full stop. */
  summary: string;
  /** Sentences in Markdown. */
  description: string;
  /**
   * `anybody` needs no key, even if keys are set. The others need one: `read` to read, `submit` to create and change
   * tasks, `admin` to change the machine.
   */
  access: Access;
  /** The parts of the path and the query, each with a description and an example in its metadata. */
  params?: z.ZodObject;
  query?: z.ZodObject;
  /** The request headers that it reads, with their descriptions. */
  headers?: z.ZodObject;
  /**
   * The form of `ApiRequest.body` of a `POST`, `PUT` or `PATCH`. `json`, the default: small JSON, parsed. `bytes`: the
   * bytes of large JSON. `form`: an `UploadedForm`. `stream`: the `IncomingMessage`, which the handler reads itself.
   * `nothing`: undefined.
   */
  takes?: 'json' | 'bytes' | 'form' | 'stream' | 'nothing';
  body?: RequestBody;
  /** The successful answers, by status. */
  answers: Readonly<Record<number, Answer>>;
  /** Its error codes, in addition to those that any route may answer; see `errorsOf`. */
  errors: readonly ErrorCode[];
  handler: (request: ApiRequest) => Promise<ApiResponse | WrittenResponse>;
}

/** Whether a route reads a body. */
export const takesBody = ({ method, takes }: Pick<Route, 'method' | 'takes'>): boolean =>
  takes !== 'nothing' && method !== 'get' && method !== 'delete';

/** Whether a route is about one task, which its path names. */
export const isAboutTask = ({ params }: Pick<Route, 'params'>): boolean =>
  params !== undefined && 'task_id' in params.shape;

/** Whether requests are not limited: those of supervisors, who must never be refused for asking often. */
export const isUncounted = ({ access, tag }: Pick<Route, 'access' | 'tag'>): boolean =>
  access === 'anybody' && tag === 'Health';

const ANY: readonly ErrorCode[] = [
  'origin_refused',
  'host_refused',
  'malformed_request',
  'request_timeout',
  'headers_too_large',
  'internal_error',
];
const WITH_BODY: readonly ErrorCode[] = ['body_too_large', 'unsupported_media_type'];
const WITH_JSON: readonly ErrorCode[] = ['malformed_json', 'nested_too_deeply', 'too_complex'];

/** All errors that a route may answer. */
export function errorsOf(route: Pick<Route, 'method' | 'takes' | 'access' | 'params' | 'tag' | 'errors'>): ErrorCode[] {
  const { takes = 'json', access } = route;
  const keyed: readonly ErrorCode[] =
    access === 'anybody' ? [] : access === 'read' ? ['unauthorized'] : ['unauthorized', 'forbidden'];
  const counted: readonly ErrorCode[] = isUncounted(route) ? [] : ['rate_limited'];
  const read = !takesBody(route)
    ? []
    : takes === 'json' || takes === 'bytes'
      ? [...WITH_BODY, ...WITH_JSON]
      : WITH_BODY;
  const hidden: readonly ErrorCode[] = isAboutTask(route) ? ['task_not_found', 'status_unavailable'] : [];
  return [...new Set([...ANY, ...keyed, ...counted, ...hidden, ...read, ...route.errors])];
}
