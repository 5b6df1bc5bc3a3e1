import { decodeHTMLStrict } from 'entities';
import { parseTime } from './cue-time.ts';

/** A word with its time, from a karaoke cue. */
export interface ParsedWord {
  text: string;
  startMs: number;
  endMs: number;
}

const STAMP = /<((?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3})>/;

/**
 * The tags of SRT and VTT. Every other angle bracket is text, such as in `Map<String>` and `a<b and c>d`. Annotations
 * have a limit, so that an unclosed bracket does not cause a scan of the whole rest.
 */
const TAGS = new RegExp(
  [
    String.raw`<\/?(?:[bius]|ruby|rt|c|v|lang)(?:\.[^\s<>.]{1,50}){0,10}>`,
    String.raw`<\/?font>|<font\s[^<>]{1,300}>`,
    // A speaker's name or a language. After a letter, the bracket is more likely a comparison.
    String.raw`(?<!\w)<(?:v|lang)(?:\.[^\s<>.]{1,50}){0,10}\s[^<>]{1,300}>`,
    STAMP.source,
    // Placements of SRT, such as `{\an8}`.
    String.raw`\{\\[^{}]{1,100}\}`,
  ].join('|'),
  'gi',
);
/** `\N` is the line break of SSA, which also occurs in SRT; in `C:\New` it is not a line break. */
const BREAK = /<br ?\/?>|(?<!\b[a-z]:(?:\\[^\s\\]{1,100}){0,10})\\N/gi;
/** Control characters except the line break; no font has them. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ufeff]/g;

/** A tag of one letter, such as `<i>` or `<c.loud>`. */
const LETTER_TAG = /^<([bisucv])[.>]/i;

/** Text without tags. A one-letter tag that follows a word and is never closed is text: `Box<I>`, `Optional<V>`. */
const withoutTags = (text: string): string =>
  text.replaceAll(TAGS, (tag, ...rest) => {
    const offset = rest.find((part) => typeof part === 'number') ?? 0;
    const letter = LETTER_TAG.exec(tag)?.[1]?.toLowerCase();
    if (letter === undefined || !/[\p{L}\p{N}_]/u.test(text[offset - 1] ?? '')) return '';
    return text.toLowerCase().lastIndexOf(`</${letter}>`) > offset ? '' : tag;
  });

/**
 * Text without the marks of SRT and VTT: tags such as `<b>` and `<c.loud>`, placements such as `{\an8}`, entities such
 * as `&amp;`.
 */
export const plainText = (text: string): string =>
  decodeHTMLStrict(withoutTags(text.replaceAll(BREAK, '\n')))
    .replaceAll(CONTROL, ' ')
    .trim();

/**
 * The words of a cue with times between them; empty if it has no such times. Text before the first time begins with the
 * cue.
 */
export function timedWords(text: string, startMs: number, endMs: number): ParsedWord[] {
  const parts = text.split(STAMP);
  if (parts.length === 1) return [];
  const words: ParsedWord[] = [];
  // Texts and times alternate.
  for (let at = 0; at < parts.length; at += 2) {
    const word = plainText(parts[at] ?? '');
    const from = at === 0 ? startMs : parseTime(parts[at - 1] ?? '').ms;
    const to = at + 1 < parts.length ? parseTime(parts[at + 1] ?? '').ms : endMs;
    if (word !== '' && from <= to) words.push({ text: word, startMs: from, endMs: to });
  }
  return words;
}
