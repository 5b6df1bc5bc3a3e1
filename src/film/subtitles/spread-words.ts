import type { Timed } from '../../contracts/timeline/types.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Words of a line that came without their times, each with its share of the line's frames, in proportion to its letters. */
export function spreadWords({ text, startFrame, endFrame }: Timed): Timed[] {
  const words = [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike);
  const letters = words.reduce((sum, { segment }) => sum + segment.length, 0);
  const frameAt = (done: number): number => startFrame + Math.round(((endFrame - startFrame) * done) / letters);
  let done = 0;
  return words.map(({ segment }) => {
    const from = frameAt(done);
    done += segment.length;
    return { text: segment, startFrame: from, endFrame: frameAt(done) };
  });
}
