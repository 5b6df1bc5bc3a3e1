/** A word with its time, as karaoke has it. */
export interface ParsedWord {
  text: string;
  startMs: number;
  endMs: number;
}

const STAMP = /<((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})>/;
const ENTITIES = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00a0'],
  ['lrm', '\u200e'],
  ['rlm', '\u200f'],
]);

/** Milliseconds of a time such as `01:02:03,450` or `02:03.450`; NaN when it is none. */
export function parseTime(text: string): number {
  const match = /^(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?$/.exec(text);
  if (match === null) return Number.NaN;
  const [, hours = '0', minutes = '0', seconds = '0', fraction = '0'] = match;
  if (Number(minutes) > 59 || Number(seconds) > 59) return Number.NaN;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0'));
}

/** Text without the marks of SRT and VTT: tags such as `<b>` and `<c.loud>`, placements such as `{\an8}`, entities such as `&amp;`. */
export const plainText = (text: string): string =>
  text
    .replaceAll(/<\/?[a-z][^<>]*>|<[\d:.,]+>|\{\\[^{}]*\}/gi, '')
    .replaceAll(/&([a-z]+);/g, (entity, name: string) => ENTITIES.get(name) ?? entity)
    .trim();

/** The words of a cue with times between them; none where it has no such times. What precedes the first time begins with the cue. */
export function timedWords(text: string, startMs: number, endMs: number): ParsedWord[] {
  const parts = text.split(STAMP);
  if (parts.length === 1) return [];
  const words: ParsedWord[] = [];
  // Texts and times take turns.
  for (let at = 0; at < parts.length; at += 2) {
    const word = plainText(parts[at] ?? '');
    const from = at === 0 ? startMs : parseTime(parts[at - 1] ?? '');
    const to = at + 1 < parts.length ? parseTime(parts[at + 1] ?? '') : endMs;
    if (word !== '' && from <= to) words.push({ text: word, startMs: from, endMs: to });
  }
  return words;
}
