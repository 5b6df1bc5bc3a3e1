/**
 * Switches for everything that goes wrong with a real server. Set them at any time: `Object.assign(simulator.faults, {
 * hangsInBody: 1 })`. Plain numbers, and `times`, count down with each request that they strike.
 */
export interface Faults {
  /** Strike only requests whose `tts_text` holds this. */
  only: string | undefined;
  /** The body ends without its end after so many bytes; fewer when there are no more. */
  cuts: { times: number; afterBytes: number };
  /** The body lacks its last byte and ends cleanly. */
  oddBodies: number;
  /** 200, no bytes, a clean end. */
  emptyBodies: number;
  /** Zeros of the right length. */
  silentBodies: number;
  /** Samples for another rate than the one that is claimed: too slow and deep, or too fast. */
  wrongRates: { times: number; rate: number };
  /** The first segment takes longer. */
  slowSegments: { times: number; ms: number };
  /** Neither headers nor bytes, for as long as the client likes. */
  hangsBeforeHeaders: number;
  /**
   * Headers at once, then the model samples for ever, whether or not someone still listens: until `release()` or a
   * crash.
   */
  hangsInBody: number;
  /** Half of the first segment, then as `hangsInBody`. */
  hangsAfterBytes: number;
  /** 500 in plain text. */
  errors500: number;
  /** A clean body with a small part of the speech. */
  tooShort: number;
  /** A clean body that goes on after the speech, as a model does that does not find the end. */
  tooLong: number;
  /** The process dies when it has sent half of the first segment. */
  deaths: number;
  /** The original server since December 2025: every request with a recording is cut before its first byte. */
  tensorBug: boolean;
}

export const noFaults = (): Faults => ({
  only: undefined,
  cuts: { times: 0, afterBytes: 0 },
  oddBodies: 0,
  emptyBodies: 0,
  silentBodies: 0,
  wrongRates: { times: 0, rate: 16_000 },
  slowSegments: { times: 0, ms: 1000 },
  hangsBeforeHeaders: 0,
  hangsInBody: 0,
  hangsAfterBytes: 0,
  errors500: 0,
  tooShort: 0,
  tooLong: 0,
  deaths: 0,
  tensorBug: false,
});

/** The faults of one request. */
export interface Strike {
  cutAfterBytes: number | undefined;
  odd: boolean;
  empty: boolean;
  silent: boolean;
  rate: number | undefined;
  extraMs: number;
  hang: 'headers' | 'body' | 'bytes' | undefined;
  error: boolean;
  length: 'short' | 'long' | undefined;
  death: boolean;
}

type Counter = { [Key in keyof Faults]: Faults[Key] extends number ? Key : never }[keyof Faults];

/** Looks which switches strike a request, and counts them down. */
export function strike(faults: Faults, text: string): Strike {
  const meant = faults.only === undefined || text.includes(faults.only);
  const one = (name: Counter): boolean => meant && faults[name] > 0 && faults[name]-- > 0;
  const of = <T extends { times: number }>(fault: T): T | undefined =>
    meant && fault.times > 0 && fault.times-- > 0 ? fault : undefined;
  const hang = (['headers', 'body', 'bytes'] as const).find((place) =>
    one(place === 'headers' ? 'hangsBeforeHeaders' : place === 'body' ? 'hangsInBody' : 'hangsAfterBytes'),
  );
  return {
    cutAfterBytes: of(faults.cuts)?.afterBytes,
    odd: one('oddBodies'),
    empty: one('emptyBodies'),
    silent: one('silentBodies'),
    rate: of(faults.wrongRates)?.rate,
    extraMs: of(faults.slowSegments)?.ms ?? 0,
    hang,
    error: one('errors500'),
    length: one('tooShort') ? 'short' : one('tooLong') ? 'long' : undefined,
    death: one('deaths'),
  };
}
