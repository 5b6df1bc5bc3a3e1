import { cutText } from '../text/cut-text.ts';

/**
 * Pure, as workflow code imports this file. Texts that a Temporal server would refuse for their size are cut before
 * they are sent.
 */

/**
 * The limits of a server, in bytes: `limit.userMetadata*Size` for payloads, `maxReasonLength` and `limit.maxIDLength`
 * for UTF-8.
 */
export const MOST_BYTES = { summary: 400, details: 20_000, reason: 1000, identity: 1000 } as const;

/** The bytes of a payload in addition to its text: the name of the encoding and the lengths of the parts. */
const AROUND_A_TEXT = 40;

/** The size of a text in a payload, in bytes, with escapes. */
const bytesInPayload = (text: string): number => new TextEncoder().encode(JSON.stringify(text)).length + AROUND_A_TEXT;

/** Cuts a text so that its payload has at most `most` bytes; a cut text ends with `…`. */
function fitPayload(text: string, most: number): string {
  let room = most;
  for (;;) {
    const cut = cutText(text, room);
    const bytes = bytesInPayload(cut);
    if (bytes <= most) return cut;
    room = Math.floor((room * most) / bytes);
  }
}

/** One line for the Web UI. */
export const fitSummary = (text: string): string => fitPayload(text, MOST_BYTES.summary);
/** Markdown for the Web UI. */
export const fitDetails = (text: string): string => fitPayload(text, MOST_BYTES.details);

/** Lone surrogates, which some programs leave when they cut texts. gRPC requires valid UTF-8. */
const HALVES = /[\uD800-\uDFFF]/gu;
/** A text that is sent as it is, not as a payload. */
export const fitPlain = (text: string, most: number): string => cutText(text.replace(HALVES, '\uFFFD'), most);
