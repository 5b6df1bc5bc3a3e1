import { cutIntoClauses } from './clauses.ts';
import { collectInTurns } from './collect-in-turns.ts';
import { estimateSeconds } from './estimate.ts';
import { guessLanguage } from './language.ts';
import { isSpeakable } from './marks.ts';
import { sentencesOf } from './sentences.ts';

/** The text of one request. */
export interface Segment {
  /** The text as written, with the white space around it. The texts of all segments together are the script. */
  raw: string;
  /** Whether it ends a sentence; otherwise the next segment continues the same sentence. */
  endsSentence: boolean;
}

/**
 * The longest text of one generation, in estimated seconds. It is half of the 30 s up to which the models are reliable.
 * It is also below the 80 characters or tokens at which CosyVoice's server splits a text itself, so that one request is
 * one generation.
 */
export const LONGEST_SECONDS = 15;
/** Shorter pieces are joined to a neighbour, because models speak very short texts badly. */
export const SHORTEST_SECONDS = 1;

const endsParagraph = (raw: string): boolean => /\n[ \t]*\r?\n/.test(raw.slice(raw.trimEnd().length));
const endsQuote = (raw: string): boolean => /["”’」』]\s*$/.test(raw);
const isShort = (raw: string): boolean => !isSpeakable(raw) || estimateSeconds(raw.toLowerCase()) < SHORTEST_SECONDS;

const fits = (a: string, b: string): boolean => estimateSeconds(a) + estimateSeconds(b) <= LONGEST_SECONDS;

/**
 * Joins pieces that are too short to be spoken alone: to the quote before them; otherwise to the next piece, or to the
 * previous one at the end of a paragraph.
 */
function joinShort(pieces: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  let carried = '';
  for (const [index, piece] of pieces.entries()) {
    const raw = carried + piece.raw;
    carried = '';
    const last = joined.at(-1);
    const next = pieces[index + 1];
    const backward = last !== undefined && !endsParagraph(last.raw) && fits(last.raw, raw);
    const forward = next !== undefined && !endsParagraph(raw) && fits(raw, next.raw);
    if (isShort(raw) && backward && (endsQuote(last.raw) || !forward))
      joined[joined.length - 1] = { raw: last.raw + raw, endsSentence: piece.endsSentence };
    else if (isShort(raw) && forward) carried = raw;
    else joined.push({ raw, endsSentence: piece.endsSentence });
  }
  return joined;
}

/** Joins segments without a word to a neighbour of any length, because there is nothing in them to speak. */
function joinSilent(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  let carried = '';
  for (const { raw, endsSentence } of segments) {
    const last = joined.at(-1);
    const hasWords = isSpeakable(raw);
    if (hasWords) joined.push({ raw: carried + raw, endsSentence });
    else if (last !== undefined) last.raw += raw;
    carried = hasWords || last !== undefined ? '' : carried + raw;
  }
  // The script consists only of marks.
  return joined.length === 0 && /[\p{L}\p{N}]/u.test(carried) ? [{ raw: carried, endsSentence: true }] : joined;
}

function* piecesOf(script: string, language: string | null): Generator<Segment> {
  for (const sentence of sentencesOf(script, language ?? guessLanguage(script))) {
    const parts = cutIntoClauses(sentence, LONGEST_SECONDS)[Symbol.iterator]();
    let part = parts.next();
    while (part.done !== true) {
      const { value: raw } = part;
      part = parts.next();
      yield { raw, endsSentence: part.done === true };
    }
  }
}

/**
 * Splits a script into pieces that CosyVoice speaks well: one for each sentence, none too long for one generation, very
 * short ones joined. It loses and adds nothing. A script without a letter or a digit has no pieces.
 * @param language a BCP 47 tag; null: by the script's letters.
 */
export const splitScript = (script: string, language: string | null): Segment[] =>
  joinSilent(joinShort([...piecesOf(script, language)]));

/** The same for the thread that also sends heartbeats: a long script takes several turns of the event loop. */
export const splitScriptInTurns = async (script: string, language: string | null): Promise<Segment[]> =>
  joinSilent(joinShort(await collectInTurns(piecesOf(script, language))));
