import { Agent, FormData, request } from 'undici';
import { splitAddress, withAuthorization, withQuery } from '../../contracts/engine-address.ts';
import { codeOf, isRefused } from '../../outbound/undici-errors.ts';

/** A request to an inference path. */
export interface SpeechRequest {
  method: 'GET' | 'POST';
  path: string;
  fields: Readonly<Record<string, string>>;
  recording: { name: string; data: Buffer } | null;
}

/**
 * The outcome of a request. `refused`: no server accepted the connection. `cut`: the connection broke; before the
 * headers if `status` is null. `stopped`: the signal ended it. `clean`: the body is complete.
 */
export interface Answer {
  end: 'clean' | 'cut' | 'refused' | 'stopped';
  status: number | null;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** Why it did not end cleanly. */
  problem: string;
}

export interface CosyvoiceHttp {
  /** Never rejects. `onBytes` is called for each piece of the answer. */
  speak(asked: SpeechRequest, signal: AbortSignal, onBytes?: (bytes: number) => void): Promise<Answer>;
  /** Never rejects. */
  get(path: string, signal: AbortSignal): Promise<Answer>;
  /** The address without credentials, for messages. */
  readonly shown: string;
}

/** Half an hour of samples, more than any sentence needs. */
const MOST_BYTES = 96 * 1024 * 1024;

function formOf({ fields, recording }: SpeechRequest): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  // The server treats a part without a file name as text.
  if (recording !== null) form.set('prompt_wav', new File([new Uint8Array(recording.data)], recording.name));
  return form;
}

const single = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/**
 * Creates requests to one CosyVoice, each on its own connection: if the server closes an idle connection, this looks
 * like a sentence that was cut off. Only the signal limits the time, because the server is silent until a sentence is
 * complete.
 */
export function createCosyvoiceHttp(options: {
  url: string;
  headers?: Readonly<Record<string, string>> | undefined;
}): CosyvoiceHttp {
  const { url: base, query, authorization } = splitAddress(options.url);
  const headers = withAuthorization(options.headers ?? {}, authorization);
  const dispatcher = new Agent({ connect: { timeout: 5000 }, pipelining: 0 });

  async function ask(
    path: string,
    { method, body }: { method: 'GET' | 'POST'; body: FormData | null },
    signal: AbortSignal,
    onBytes?: (bytes: number) => void,
  ): Promise<Answer> {
    const received: Answer = { end: 'cut', status: null, headers: {}, body: Buffer.alloc(0), problem: '' };
    const chunks: Buffer[] = [];
    try {
      const limits = { headersTimeout: 0, bodyTimeout: 0 };
      const response = await request(withQuery(`${base}${path}`, query), {
        dispatcher,
        method,
        headers,
        body,
        signal,
        ...limits,
      });
      received.status = response.statusCode;
      received.headers = single(response.headers);
      let size = 0;
      for await (const chunk of response.body) {
        chunks.push(chunk as Buffer);
        size += (chunk as Buffer).length;
        onBytes?.((chunk as Buffer).length);
        if (size > MOST_BYTES) throw new Error('the answer does not end');
      }
      received.end = 'clean';
    } catch (error) {
      received.problem = codeOf(error) || String(error);
      if (signal.aborted) received.end = 'stopped';
      else if (received.status === null && isRefused(error)) received.end = 'refused';
    }
    return { ...received, body: Buffer.concat(chunks) };
  }

  return {
    shown: base,
    speak: (asked, signal, onBytes) => ask(asked.path, { method: asked.method, body: formOf(asked) }, signal, onBytes),
    get: (path, signal) => ask(path, { method: 'GET', body: null }, signal),
  };
}
