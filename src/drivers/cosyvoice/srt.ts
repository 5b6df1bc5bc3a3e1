/** A line of subtitles; milliseconds. */
export interface Cue {
  text: string;
  startMs: number;
  endMs: number;
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

function stamp(milliseconds: number): string {
  const ms = Math.round(milliseconds);
  const [hours, minutes, seconds] = [3_600_000, 60_000, 1000].map((unit) => Math.floor(ms / unit));
  return `${pad(hours ?? 0)}:${pad((minutes ?? 0) % 60)}:${pad((seconds ?? 0) % 60)},${pad(ms % 1000, 3)}`;
}

/** A SubRip file. Empty lines are removed from texts, because an empty line would end a cue. */
export const toSrt = (cues: readonly Cue[]): string =>
  cues
    .map(({ text, startMs, endMs }, index) => {
      const lines = text.trim().replace(/(?<!\s)\s*\n\s*/g, '\n');
      return `${index + 1}\n${stamp(startMs)} --> ${stamp(endMs)}\n${lines}\n`;
    })
    .join('\n');
