/** A part of a text, in UTF-16 units, and its replacement. Without a replacement it is removed. */
export interface Range {
  from: number;
  to: number;
  instead?: string;
}

const OPENS_WITH_BLANK = /^[ \t]/;
const OPENS_WITH_MARK = /^[,.!?;:，。！？；：、…)\]}]/;
const blanksAt = (text: string): number => /^[ \t]*/.exec(text)?.[0].length ?? 0;

/** Removes the blanks at the end of a text. A regular expression would also scan each run of blanks inside. */
function withoutBlanksBehind(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--;
  return text.slice(0, end);
}

/**
 * Removes or replaces parts of a text, and removes blanks that become redundant: one of two adjacent blanks, and blanks
 * before a comma or at the end of a line. If ranges overlap, the first counts.
 */
export function withoutRanges(text: string, ranges: readonly Range[]): string {
  const pieces: string[] = [];
  let last = '';
  const add = (piece: string): void => {
    let next = piece;
    const isAtLineStart = last === '' ? pieces.length === 0 : last.endsWith('\n');
    if (OPENS_WITH_BLANK.test(next) && (isAtLineStart || /[ \t]$/.test(last.slice(-1))))
      next = next.slice(blanksAt(next));
    if (OPENS_WITH_MARK.test(next) || /^\r?\n/.test(next)) last = withoutBlanksBehind(last);
    if (next === '') return;
    if (last !== '') pieces.push(last);
    last = next;
  };
  let at = 0;
  for (const { from, to, instead = '' } of ranges.toSorted((a, b) => a.from - b.from)) {
    if (from < at) continue;
    add(text.slice(at, from));
    add(instead);
    at = to;
  }
  if (at === 0) return text;
  add(text.slice(at));
  return [...pieces, last].join('');
}
