import { cutText } from '../text/cut-text.ts';

/** Pure: workflow code imports this file too. What a Temporal server refuses for its size is made to fit here, before it is sent. */

/** What a server takes of each text, in bytes: `limit.userMetadata*Size` of payloads, and `maxReasonLength` and `limit.maxIDLength` of UTF-8. */
export const MOST_BYTES = { summary: 400, details: 20_000, reason: 1000, identity: 1000 } as const;

/** The encoding's name and the lengths of the parts, in a payload. */
const AROUND_A_TEXT = 40;

/** How many bytes a text takes in a payload: escapes included. */
const bytesInPayload = (text: string): number => new TextEncoder().encode(JSON.stringify(text)).length + AROUND_A_TEXT;

/** As much of a text as fits into a payload of so many bytes; what was cut off shows as `…`. */
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

/** Half of a character, as programs leave it that cut texts; it is no UTF-8, which gRPC insists on. */
const HALVES = /[\uD800-\uDFFF]/gu;
/** A text that is sent as it is, not as a payload. */
export const fitPlain = (text: string, most: number): string => cutText(text.replace(HALVES, '\uFFFD'), most);
