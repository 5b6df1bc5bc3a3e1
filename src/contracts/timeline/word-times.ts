import type { Timed } from '../../film/timeline-types.ts';

/** A word of a line, with its known times in frames. */
export interface PlacedWord {
  text: string;
  start: number | undefined;
  end: number | undefined;
}

const lettersOf = ({ text }: PlacedWord): number => Math.max(1, text.length);

/**
 * Completes the times of the words of a line. Words without times share the time between their neighbours in proportion
 * to their letters. If no time is left they get none and are not highlighted.
 */
export function fillTimes(words: readonly PlacedWord[], line: { startFrame: number; endFrame: number }): Timed[] {
  const filled: Timed[] = [];
  let at = 0;
  while (at < words.length) {
    // A run of words with no known time between its first start and its last end.
    let last = at;
    while (words[last]?.end === undefined && last + 1 < words.length && words[last + 1]?.start === undefined) last++;
    const run = words.slice(at, last + 1);
    const from = run[0]?.start ?? filled.at(-1)?.endFrame ?? line.startFrame;
    const to = Math.max(from, run.at(-1)?.end ?? words[last + 1]?.start ?? line.endFrame);
    const letters = run.reduce((sum, word) => sum + lettersOf(word), 0);
    const frameAt = (done: number): number => from + Math.round(((to - from) * done) / letters);
    let done = 0;
    for (const word of run) {
      const startFrame = frameAt(done);
      done += lettersOf(word);
      filled.push({ text: word.text, startFrame, endFrame: frameAt(done) });
    }
    at = last + 1;
  }
  return filled;
}
