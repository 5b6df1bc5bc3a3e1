/** The address of an engine, without its credentials. */
export interface EngineAddress {
  /** Origin and path; contains no secret. */
  url: string;
  /** The query, with its `?`; it may contain a token. Empty if there is none. */
  query: string;
  /** `Basic …` with the credentials; undefined if there are none. */
  authorization: string | undefined;
}

/** Decodes a percent-encoded part of an address; a part that is not encoded stays as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `http://user:secret@host/comfy/?token=…` split into parts: only `url` may be shown; the others are only sent. */
export function splitAddress(address: string): EngineAddress {
  const { origin, pathname, search, username, password } = new URL(address);
  const credentials = `${decoded(username)}:${decoded(password)}`;
  return {
    url: `${origin}${pathname.replace(/(?<!\/)\/+$/, '')}`,
    query: search === '?' ? '' : search,
    authorization: credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
  };
}

/** Adds the query of an engine's address to the address of one of its endpoints. */
export const withQuery = (url: string, query: string): string =>
  query === '' ? url : `${url}${url.includes('?') ? `&${query.slice(1)}` : query}`;

/** The headers of an engine, with the credentials of its address unless they name some themselves. */
export function withAuthorization(
  headers: Readonly<Record<string, string>>,
  authorization: string | undefined,
): Record<string, string> {
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  return named || authorization === undefined ? { ...headers } : { authorization, ...headers };
}
