import { parseTiming, type CueTimes } from './cue-time.ts';

/** A cue as it is in its file. */
export interface RawCue extends CueTimes {
  /** Its text line by line, with all marks, but without surrounding blank lines. */
  lines: string[];
  /** The line of its time in the file; the first line is 1. */
  line: number;
  /** Whether it contains a blank line, which ends a cue in these formats. */
  hasGap: boolean;
}

/** Blocks of VTT that show nothing; they end at a blank line. */
const REMARK = /^(?:NOTE|STYLE|REGION)(?:\s|$)/;

const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';
const isNumber = (line: string): boolean => /^\d{1,9}$/.test(line.trim());

/** The lines, with any line ending; some editors write two carriage returns before a line feed. */
function linesOf(content: string): string[] {
  return content.split('\n').flatMap((line) => {
    let end = line.length;
    while (line[end - 1] === '\r') end--;
    return line.slice(0, end).split('\r');
  });
}

function withoutBlankEnds(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => !isBlank(line));
  const last = lines.findLastIndex((line) => !isBlank(line));
  return first < 0 ? [] : lines.slice(first, last + 1);
}

/**
 * Splits SRT or VTT at its times. The lines between two times are the text of the first, except remarks and the number
 * or name of the second. A missing or an additional blank line therefore loses nothing.
 */
export function splitCues(content: string): RawCue[] {
  const lines = linesOf(content.replace(/^\uFEFF/, ''));
  const isVtt = /^WEBVTT(?:\s|$)/.test(lines[0] ?? '');
  const cues: { times: CueTimes; line: number; texts: string[] }[] = [];
  let skipping: 'header' | 'remark' | null = isVtt ? 'header' : null;
  for (const [index, line] of lines.entries()) {
    const times = parseTiming(line);
    // A header without a blank line below it does not hide the first cue.
    if (skipping === 'header' && times !== undefined) skipping = null;
    if (isVtt && isBlank(lines[index - 1]) && REMARK.test(line)) skipping = 'remark';
    if (skipping !== null) {
      if (isBlank(line)) skipping = null;
      continue;
    }
    const current = cues.at(-1);
    if (times === undefined) current?.texts.push(line);
    else {
      const name = current?.texts.at(-1);
      const above = current?.texts.at(-2);
      const isNamed = isVtt && above !== undefined && isBlank(above);
      if (name !== undefined && (isNumber(name) || isNamed)) current?.texts.pop();
      cues.push({ times, line: index + 1, texts: [] });
    }
  }
  return cues.map(({ times, line, texts }) => {
    const kept = withoutBlankEnds(texts);
    return { ...times, line, lines: kept.filter((text) => !isBlank(text)), hasGap: kept.some((text) => text === '') };
  });
}
