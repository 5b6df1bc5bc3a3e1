/** A time in a file, and whether it has the correct format. */
export interface CueTime {
  /** NaN if it is not a time. */
  ms: number;
  isOdd: boolean;
}

/** The start and the end of a cue. */
export interface CueTimes {
  start: CueTime;
  end: CueTime;
}

/** Hours are optional. A colon before the fraction and hours of four digits are common mistakes. */
const TIME = /^(-?)(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,:;](\d{1,9}))?$/;
const ARROW = /--?>|[–—]>|→/;
/** The time right after the arrow; settings of VTT, such as `align:start`, may follow it. */
const FIRST_TIME = /^-?\d{1,4}(?:\s?[:.,;]\s?\d{1,9}){1,4}/;

/**
 * The fraction 1000 means a whole second: it was rounded up without a carry. Other long fractions are decimals of a
 * second.
 */
const millisecondsOf = (fraction: string): number =>
  fraction === '1000' ? 1000 : Math.round(Number(`0.${fraction}`) * 1000);

/** Parses a time such as `01:02:03,450` or `02:03.450`. Seconds and minutes of 60 or more are accepted. */
export function parseTime(text: string): CueTime {
  const [match, sign, hours = '0', minutes = '0', seconds = '0', fraction = '0'] = TIME.exec(text) ?? [];
  if (match === undefined) return { ms: Number.NaN, isOdd: true };
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + millisecondsOf(fraction);
  const isOdd = sign === '-' || Number(minutes) > 59 || Number(seconds) > 59 || fraction.length > 3;
  return { ms: sign === '-' ? 0 : ms, isOdd };
}

const timeIn = (text: string): CueTime => {
  const [found = ''] = FIRST_TIME.exec(text.trim()) ?? [];
  return parseTime(found.replaceAll(/\s/g, ''));
};

/** The times of a line with an arrow and at least one time next to it; undefined for every other line. */
export function parseTiming(line: string): CueTimes | undefined {
  // Full-width digits and marks are common in files from East Asia.
  const [from = '', ...rest] = line.normalize('NFKC').split(ARROW);
  if (rest.length === 0) return undefined;
  // Nothing else may precede the arrow: `at 0:01 --> done` is text.
  const start = parseTime(from.replaceAll(/\s/g, ''));
  const end = timeIn(rest[0] ?? '');
  return Number.isNaN(start.ms) && Number.isNaN(end.ms) ? undefined : { start, end };
}
