import { cutText } from '../../text/cut-text.ts';

const MOST_BYTES = 100;

/** The start of a sentence, for its own client to find it by. It never goes into a log. */
export const excerpt = (text: string): string => `"${cutText(text.replaceAll(/\s+/g, ' ').trim(), MOST_BYTES)}"`;
