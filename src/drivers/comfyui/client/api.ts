import { z } from 'zod';
import type { ComfyuiTimings } from '../timings.ts';
import { ConnectionFailure } from './connection-failure.ts';
import type { Answer, Http } from './http.ts';
import { type Mark, readMark } from './mark.ts';
import {
  featuresSchema,
  historyEntrySchema,
  historySchema,
  jobSchema,
  queueLengthSchema,
  queueSchema,
  systemStatsSchema,
} from './schemas.ts';

export interface QueuedPrompt {
  promptId: string;
  mark: Mark | null;
  /** For our prompts this is the id that we sent, even if the server made an id of its own. */
  clientId: string | null;
}

export interface PromptQueue {
  running: QueuedPrompt[];
  pending: QueuedPrompt[];
}

type Signal = AbortSignal | undefined;

function parse<T extends z.ZodType>(schema: T, answer: Answer): z.infer<T> {
  const parsed = schema.safeParse(answer.json);
  if (answer.status === 200 && parsed.success) return parsed.data;
  const kind = answer.status === 200 ? 'nonsense' : 'strange';
  throw new ConnectionFailure(kind, `it answers, but not as ComfyUI does (HTTP ${answer.status})`);
}

const MOST_RECENT = 64;
const clientSchema = z.looseObject({ client_id: z.string() });
const promptSchema = z.looseObject({ prompt: z.unknown() });

/** An entry in an unknown form still counts as a prompt of another client. */
function readQueued(entry: unknown): QueuedPrompt {
  const [, promptId, , data] = Array.isArray(entry) ? (entry as unknown[]) : [];
  const clientId = clientSchema.safeParse(data).data?.client_id ?? null;
  return { promptId: typeof promptId === 'string' ? promptId : '', mark: readMark(data), clientId };
}

/**
 * ComfyUI's routes, one function each. All throw what {@link Http.send} throws; an answer in an unknown form is a
 * `strange` or `nonsense` ConnectionFailure.
 */
export function createApi(http: Http, timings: ComfyuiTimings) {
  const get = (path: string, signal: Signal, timeout = timings.request): Promise<Answer> =>
    http.send('GET', path, { timeout, signal });
  /** For routes whose answers do not show whether they had an effect. */
  const post = async (path: string, body: unknown, signal: Signal): Promise<void> => {
    await http.send('POST', path, { body, timeout: timings.request, signal });
  };
  const segment = encodeURIComponent;

  return {
    async systemStats(signal: Signal, timeout?: number) {
      const { system, devices } = parse(systemStatsSchema, await get('/system_stats', signal, timeout));
      return { version: system.comfyui_version, devices };
    },
    /** In bytes; null if the server does not announce a limit. */
    async maxUploadSize(signal: Signal) {
      return featuresSchema.safeParse((await get('/features', signal)).json).data?.max_upload_size ?? null;
    },
    /** Prompts that run or wait. The cheapest probe. */
    async queueLength(signal: Signal, timeout?: number) {
      return parse(queueLengthSchema, await get('/prompt', signal, timeout)).exec_info.queue_remaining;
    },
    async queue(signal: Signal, timeout?: number): Promise<PromptQueue> {
      const answer = parse(queueSchema, await get('/queue', signal, timeout));
      return { running: answer.queue_running.map(readQueued), pending: answer.queue_pending.map(readQueued) };
    },
    /** Null for an unknown id; undefined if the server does not have the route. */
    async job(promptId: string, signal: Signal) {
      const answer = await get(`/api/jobs/${segment(promptId)}`, signal);
      // The route's own 404 is JSON; that of a server without the route is not.
      if (answer.status === 404) return answer.json === undefined ? undefined : null;
      return parse(jobSchema, answer);
    },
    /** Undefined for unknown and for unfinished prompts alike. */
    async history(promptId: string, signal: Signal) {
      const answer = await get(`/history/${segment(promptId)}`, signal);
      const entries = parse(historySchema, answer);
      return Object.hasOwn(entries, promptId)
        ? parse(historyEntrySchema, { ...answer, json: entries[promptId] })
        : undefined;
    },
    /** The prompts that ended last, at most 64; empty if the server's list cannot be read. */
    async recent(signal: Signal): Promise<QueuedPrompt[]> {
      const answer = await get(`/history?max_items=${MOST_RECENT}`, signal).catch((error: unknown) => {
        if (error instanceof ConnectionFailure && error.kind === 'nonsense') return null;
        throw error;
      });
      const entries = historySchema.safeParse(answer?.json).data ?? {};
      return Object.entries(entries).map(([promptId, entry]) => ({
        ...readQueued(promptSchema.safeParse(entry).data?.prompt),
        promptId,
      }));
    },
    forget: (promptId: string, signal: Signal) => post('/history', { delete: [promptId] }, signal),
    submit: (body: unknown, signal: Signal) => http.send('POST', '/prompt', { body, timeout: timings.submit, signal }),
    cancelJob: (promptId: string, signal: Signal) => post(`/api/jobs/${segment(promptId)}/cancel`, undefined, signal),
    removeWaiting: (promptId: string, signal: Signal) => post('/queue', { delete: [promptId] }, signal),
    interrupt: (promptId: string, signal: Signal) => post('/interrupt', { prompt_id: promptId }, signal),
    free: (signal: Signal) => post('/free', { unload_models: true, free_memory: true }, signal),
    /** Null for a folder that ComfyUI does not know. */
    async models(folder: string, signal: Signal, timeout?: number) {
      const answer = await get(`/models/${segment(folder)}`, signal, timeout);
      return answer.status === 404 ? null : parse(z.array(z.string()), answer);
    },
    async knowsNode(classType: string, signal: Signal, timeout?: number) {
      const answer = await get(`/object_info/${segment(classType)}`, signal, timeout);
      return answer.status !== 404 && classType in parse(z.record(z.string(), z.unknown()), answer);
    },
  };
}

export type ComfyuiApi = ReturnType<typeof createApi>;
