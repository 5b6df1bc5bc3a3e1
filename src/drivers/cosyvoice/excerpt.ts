import { cutText } from '../../text/cut-text.ts';

const MOST_BYTES = 100;

/** The start of a sentence, with which its client can find it. Never log it. */
export const excerpt = (text: string): string => `"${cutText(text.replaceAll(/\s+/g, ' ').trim(), MOST_BYTES)}"`;
