const list = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Words whose full stop does not end a sentence, because a name or an explanation follows. */
const BEFORE_A_WORD = list(
  'mr mrs ms mx dr prof rev st ste mt gen col maj capt lt sgt gov messrs mme mlle sra srta dra vs viz cf approx ' +
    'e.g i.e z.b d.h u.a p.ex bzw ggf vgl',
);
/** Words whose full stop does not end a sentence if a number follows. */
const BEFORE_A_NUMBER = list(
  'no nos nr fig figs vol vols ch sec pp p art eq abb ca jan feb mar apr jun jul aug sep sept oct nov dec',
);
const LAST_WORD = /(?<![\p{L}\p{M}.])([\p{L}\p{M}.]+)\.$/u;
/** `J.`, `U.S.`, but not English `I.`. */
const INITIALS = /^(?!I$)\p{Lu}(?:\.\p{Lu})*$/u;
/** `1.` before the words of a list item. */
const ITEM = /^\s*\d{1,3}\.$/u;
const ORDINAL = /(?:^|\s)\d{1,2}\.$/u;
/** Languages that write ordinal numbers with a full stop. */
const WITH_ORDINALS = list('de da nb nn no fi cs sk pl hu hr sl et lv is tr');

/** Whether the full stop at the end of a piece belongs to its last word, so that the sentence goes on with `next`. */
export function endsInAbbreviation(piece: string, next: string, language: string): boolean {
  const text = piece.trimEnd();
  if (ITEM.test(text)) return true;
  if (WITH_ORDINALS.has(language.split('-')[0] ?? '') && ORDINAL.test(text)) return true;
  const word = LAST_WORD.exec(text)?.[1] ?? '';
  if (BEFORE_A_NUMBER.has(word.toLowerCase())) return /^\p{N}/u.test(next);
  return BEFORE_A_WORD.has(word.toLowerCase()) || INITIALS.test(word);
}
