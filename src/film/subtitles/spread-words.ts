import type { Timed } from '../timeline-types.ts';
import { segmentsOf } from '../../text/segments.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
const WORD = /[\p{L}\p{N}]/u;

/**
 * Splits a line without word times into words. Each word gets a share of the line's frames in proportion to its
 * letters.
 */
export function spreadWords({ text, startFrame, endFrame }: Timed): Timed[] {
  const words = [...segmentsOf(text, segmenter)].filter((segment) => WORD.test(segment));
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  const frameAt = (done: number): number => startFrame + Math.round(((endFrame - startFrame) * done) / letters);
  let done = 0;
  return words.map((word) => {
    const from = frameAt(done);
    done += word.length;
    return { text: word, startFrame: from, endFrame: frameAt(done) };
  });
}
