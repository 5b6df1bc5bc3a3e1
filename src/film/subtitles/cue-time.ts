/** A time in a file, and whether it has the correct format. */
export interface CueTime {
  /** NaN when it is no time. */
  ms: number;
  isOdd: boolean;
}

/** When a cue begins and ends. */
export interface CueTimes {
  start: CueTime;
  end: CueTime;
}

/** Hours are optional; a colon before the fraction, and hours of four digits, are common slips. */
const TIME = /^(-?)(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,:;](\d{1,9}))?$/;
const ARROW = /--?>|[–—]>|→/;
/** The time right after the arrow; settings of VTT, such as `align:start`, may follow it. */
const FIRST_TIME = /^-?\d{1,4}(?:\s?[:.,;]\s?\d{1,9}){1,4}/;

/**
 * A fraction that was rounded up to 1000 without a carry is a whole second; other long ones are decimals of a second.
 */
const millisecondsOf = (fraction: string): number =>
  fraction === '1000' ? 1000 : Math.round(Number(`0.${fraction}`) * 1000);

/** A time such as `01:02:03,450` or `02:03.450`. Values of sixty seconds or minutes and more are accepted. */
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

/** The times of a line that has an arrow and at least one time beside it; undefined for every other line. */
export function parseTiming(line: string): CueTimes | undefined {
  // Full-width digits and marks are common in files from East Asia.
  const [from = '', ...rest] = line.normalize('NFKC').split(ARROW);
  if (rest.length === 0) return undefined;
  // Nothing else may stand before the arrow: `at 0:01 --> done` is text.
  const start = parseTime(from.replaceAll(/\s/g, ''));
  const end = timeIn(rest[0] ?? '');
  return Number.isNaN(start.ms) && Number.isNaN(end.ms) ? undefined : { start, end };
}
