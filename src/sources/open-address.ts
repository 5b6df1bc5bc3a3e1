import path from 'node:path';
import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { extensionOf } from '../assets/file-kind/extension.ts';
import { splitAddress } from '../contracts/engine-address.ts';
import { AppError } from '../errors.ts';
import { explainFailure } from './explain-failure.ts';

/** The answer of an address whose body has not been read. */
export interface OpenedAddress {
  body: Readable;
  /** The name for errors, without credentials. */
  host: string;
  /** As declared; undefined if the answer does not say. */
  sizeBytes: number | undefined;
  /** What the address, or else the declared type, says about the file; without a dot. */
  extension: string | undefined;
}

export interface OpenOptions {
  /** Refuses private addresses if they are not allowed. */
  dispatcher: Dispatcher;
  allowHttp: boolean;
  signal: AbortSignal;
}

export const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** `identity`: the size that is limited is the size on the disk. */
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'gpu-middleware' };

/** @throws {AppError} `source_refused` */
function checkScheme({ protocol, host }: URL, isFirst: boolean, allowHttp: boolean): void {
  if (protocol === 'https:' || (protocol === 'http:' && allowHttp)) return;
  const where = isFirst ? host : `it leads on to ${host === '' ? 'an address' : host}, which`;
  throw new AppError('source_refused', `expected an https:// address; ${where} has ${protocol}//`.slice(0, 300));
}

/** `/a/fox.PNG` → `png` */
function extensionIn({ pathname }: URL): string | undefined {
  const extension = path.posix.extname(pathname).slice(1).toLowerCase();
  return /^[a-z0-9]{1,8}$/.test(extension) ? extension : undefined;
}

const textOf = (header: string | string[] | undefined): string | undefined => [header].flat()[0];

const sizeIn = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;

/** The place to which an answer leads on; undefined if it is none. */
function nextPlace({ href }: URL, location: string | undefined): URL | undefined {
  return location !== undefined && URL.canParse(location, href) ? new URL(location, href) : undefined;
}

/**
 * Requests an address and follows a few redirects, each of which is checked. Credentials in an address are sent to its
 * own origin only.
 * @throws {AppError} `source_refused`, `source_unreachable`, `source_type_refused` for compressed answers; the signal's
 * reason.
 */
export async function openAddress(address: string, options: OpenOptions): Promise<OpenedAddress> {
  const { dispatcher, allowHttp, signal } = options;
  let place = new URL(address);
  const named = extensionIn(place);
  for (let redirects = 0; ; redirects++) {
    const { host } = place;
    checkScheme(place, redirects === 0, allowHttp);
    const { authorization } = splitAddress(place.href);
    const target = new URL(place.href);
    target.username = target.password = target.hash = '';
    const { statusCode, headers, body } = await request(target, {
      dispatcher,
      signal,
      headers: authorization === undefined ? HEADERS : { ...HEADERS, authorization },
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw explainFailure(error, host);
    });
    const refuse = (code: 'source_unreachable' | 'source_type_refused', message: string): AppError => {
      // The rest is not wanted, and the connection ends with it.
      body.on('error', () => undefined).destroy();
      return new AppError(code, message);
    };
    if (REDIRECTS.has(statusCode)) {
      const next = nextPlace(place, textOf(headers['location']));
      if (next === undefined) throw refuse('source_unreachable', `${host} answered ${statusCode} without an address`);
      if (redirects === MOST_REDIRECTS)
        throw refuse('source_unreachable', `more than ${MOST_REDIRECTS} redirects; the last one is ${host}`);
      body.on('error', () => undefined).destroy();
      place = next;
      continue;
    }
    if (statusCode !== 200) throw refuse('source_unreachable', `${host} answered ${statusCode}`);
    const encoding = textOf(headers['content-encoding'])?.toLowerCase() ?? 'identity';
    if (encoding !== 'identity')
      throw refuse('source_type_refused', `${host} sent the file compressed (${encoding.slice(0, 20)})`);
    const extension = named ?? extensionIn(place) ?? extensionOf(textOf(headers['content-type']) ?? '');
    return { body, host, sizeBytes: sizeIn(textOf(headers['content-length'])), extension };
  }
}
