const WINDOW = 1000;

/**
 * The pieces of a text from a segmenter, one by one. It is given a window at a time: each piece that V8 hands out
 * carries a copy of the whole text along, which makes long texts square.
 */
export function* segmentsOf(text: string, segmenter: Intl.Segmenter): Generator<string> {
  let from = 0;
  let width = WINDOW;
  while (from < text.length) {
    const isLast = from + width >= text.length;
    const pieces = [...segmenter.segment(text.slice(from, from + width))].map(({ segment }) => segment);
    // The last piece may go on after the window.
    if (!isLast) pieces.pop();
    for (const piece of pieces) {
      yield piece;
      from += piece.length;
    }
    width = pieces.length === 0 ? width * 2 : WINDOW;
  }
}
