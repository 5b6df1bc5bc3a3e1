const WINDOW = 1000;

/**
 * Yields the pieces of a text from a segmenter, one by one. The segmenter gets one window of the text at a time: V8
 * copies the whole input into each piece, so the time for a long text would grow with its square.
 */
export function* segmentsOf(text: string, segmenter: Intl.Segmenter): Generator<string> {
  let from = 0;
  let width = WINDOW;
  while (from < text.length) {
    const isLast = from + width >= text.length;
    const pieces = [...segmenter.segment(text.slice(from, from + width))].map(({ segment }) => segment);
    // The last piece may continue after the window.
    if (!isLast) pieces.pop();
    for (const piece of pieces) {
      yield piece;
      from += piece.length;
    }
    width = pieces.length === 0 ? width * 2 : WINDOW;
  }
}
