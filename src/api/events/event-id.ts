/**
 * The id of an event: the place in the log of changes up to which the client has everything, and the hash of the last
 * status that it has. Either may be missing.
 */
export interface EventPlace {
  change: string;
  hash: string;
}

export const formatId = ({ change, hash }: EventPlace): string => `${change}.${hash}`;

/** Reads `Last-Event-ID`. An id that is not one of ours has neither part. */
export function readId(id: unknown): EventPlace {
  const found = typeof id === 'string' ? /^(\d{1,20}-\d{1,20})?\.([\w-]{1,40})?$/.exec(id) : null;
  return { change: found?.[1] ?? '', hash: found?.[2] ?? '' };
}
