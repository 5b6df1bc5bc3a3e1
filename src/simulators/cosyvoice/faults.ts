/**
 * Switches for everything that goes wrong with a real server. Set them at any time: `Object.assign(simulator.faults, {
 * hangsInBody: 1 })`. Plain numbers, and `times`, count down with each request that they strike.
 */
export const noFaults = () => ({
  /** Strike only requests whose `tts_text` holds this. */
  only: undefined as string | undefined,
  /** The body ends without its end after so many bytes; fewer when there are no more. */
  cuts: { times: 0, afterBytes: 0 },
  /** The body lacks its last byte and ends cleanly. */
  oddBodies: 0,
  /** 200, no bytes, a clean end. */
  emptyBodies: 0,
  /** Zeros of the right length. */
  silentBodies: 0,
  /** Samples for another rate than the one that is claimed: too slow and deep, or too fast. */
  wrongRates: { times: 0, rate: 16_000 },
  /** The first segment takes longer. */
  slowSegments: { times: 0, ms: 1000 },
  /** Neither headers nor bytes, for as long as the client likes. */
  hangsBeforeHeaders: 0,
  /**
   * Headers at once, then the model samples for ever, whether or not someone still listens: until `release()` or a
   * crash.
   */
  hangsInBody: 0,
  /** Half of the first segment, then as `hangsInBody`. */
  hangsAfterBytes: 0,
  /** 500 in plain text. */
  errors500: 0,
  /** A clean body with a small part of the speech. */
  tooShort: 0,
  /** A clean body that goes on after the speech, as a model does that does not find the end. */
  tooLong: 0,
  /** The process dies when it has sent half of the first segment. */
  deaths: 0,
  /** The original server since December 2025: every request with a recording is cut before its first byte. */
  tensorBug: false,
});
export type Faults = ReturnType<typeof noFaults>;

type Counter = { [Key in keyof Faults]: Faults[Key] extends number ? Key : never }[keyof Faults];

/** Looks which switches strike a request, and counts them down. */
export function strike(faults: Faults, text: string) {
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
    length: one('tooShort') ? ('short' as const) : one('tooLong') ? ('long' as const) : undefined,
    death: one('deaths'),
  };
}

/** The faults of one request. */
export type Strike = ReturnType<typeof strike>;
