/** A part of a text in one language, by its code in eSpeak. */
export interface Passage {
  language: string;
  text: string;
}

const TAGS: Record<string, string> = { zh: 'cmn', en: 'en-us', jp: 'ja', ja: 'ja', ko: 'ko', yue: 'yue' };
const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/[\u3040-\u30ff]/, 'ja'],
  [/\p{Script=Han}/u, 'cmn'],
  [/\p{Script=Hangul}/u, 'ko'],
  [/\p{Script=Cyrillic}/u, 'ru'],
];
const LATIN: readonly (readonly [RegExp, string])[] = [
  [/[äöüß]/i, 'de'],
  [/[ñ¿¡]/i, 'es'],
  [/[çœèêàù]/i, 'fr'],
  [/[ìò]/i, 'it'],
];

const scriptOf = (letter: string, latin: string): string | undefined =>
  SCRIPTS.find(([script]) => script.test(letter))?.[1] ?? (/\p{Script=Latin}/u.test(letter) ? latin : undefined);

/**
 * Cuts a text where its script changes; digits, spaces and marks belong to what is before them, or at the front to what
 * follows. Letters of the Latin script are English unless one of them tells otherwise. A tag such as `<|yue|>` at the
 * front says the language of everything that is not of another script.
 */
export function passages(segment: string, spoken: string): Passage[] {
  const tag = TAGS[/<\|(\w+)\|>/.exec(segment)?.[1] ?? ''];
  const latin = LATIN.find(([letters]) => letters.test(spoken))?.[1] ?? 'en-us';
  const first = tag ?? [...spoken].flatMap((letter) => scriptOf(letter, latin) ?? [])[0] ?? latin;
  const found: Passage[] = [];
  for (const letter of spoken) {
    const script = scriptOf(letter, latin);
    const language = script === 'cmn' && tag === 'yue' ? 'yue' : (script ?? found.at(-1)?.language ?? first);
    const last = found.at(-1);
    if (last?.language === language) last.text += letter;
    else found.push({ language, text: letter });
  }
  return found;
}
