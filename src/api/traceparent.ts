import type { ApiRequest } from './route.ts';

/** The fields of version 00 of https://www.w3.org/TR/trace-context/; later versions may continue after a hyphen. */
const FIELDS = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/;

/**
 * The trace to which a request belongs: the first four fields of its header `traceparent`. Undefined for a header that
 * is not valid, which the standard has everybody ignore.
 */
export function traceparentOf({ headers }: Pick<ApiRequest, 'headers'>): string | undefined {
  const sent = headers['traceparent']?.toString().trim() ?? '';
  const [whole = '', version, trace, parent] = FIELDS.exec(sent) ?? [];
  const rest = sent.slice(whole.length);
  if (version === undefined || version === 'ff' || !/[1-9a-f]/.test(trace ?? '') || !/[1-9a-f]/.test(parent ?? ''))
    return undefined;
  return rest === '' || (version !== '00' && rest.startsWith('-')) ? whole : undefined;
}
