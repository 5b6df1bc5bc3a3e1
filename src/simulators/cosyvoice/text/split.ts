const CHINESE = /[\u4e00-\u9fff]/;
const ENDS = { zh: [...'。？！；：、.?!;'], en: [...'.?!;:'] };
/**
 * The longest segment, the length below which one goes on, and the length below which a last one is glued to the one
 * before.
 */
const [MOST, LEAST, TAIL] = [80, 60, 20];

/** About as many as the model's tokenizer makes of a text in letters. */
const countTokens = (text: string): number => text.match(/\w{1,6}|[^\s\w]/gu)?.length ?? 0;

function sentences(text: string, ends: readonly string[]): string[] {
  const found: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const letter = text[index] ?? '';
    if (!ends.includes(letter)) continue;
    if (index > start) found.push(text.slice(start, index + 1));
    start = index + 1;
    const quote = text[index + 1];
    if (quote === undefined || !'"”'.includes(quote)) continue;
    found.push(`${found.pop() ?? ''}${quote}`);
    start = index + 2;
  }
  return found;
}

function join(parts: readonly string[], measure: (text: string) => number): string[] {
  const joined: string[] = [];
  let current = '';
  for (const part of parts) {
    if (measure(current + part) > MOST && measure(current) > LEAST) {
      joined.push(current);
      current = '';
    }
    current += part;
  }
  if (current === '') return joined;
  const last = joined.pop();
  if (last === undefined) return [current];
  return measure(current) < TAIL ? [...joined, last + current] : [...joined, last, current];
}

const isOnlyPunctuation = (text: string): boolean => /^[\p{P}\p{S}]*$/u.test(text);

/**
 * The segments that upstream makes of a text: joined sentences, of 60 to 80 characters of Chinese or tokens of anything
 * else; no split at commas, none at all when the text holds a `<|…|>` mark. A text of punctuation alone has none.
 */
export function splitText(text: string): string[] {
  if (text === '' || (text.includes('<|') && text.includes('|>'))) return [text];
  const trimmed = text.trim();
  const chinese = CHINESE.test(trimmed);
  const plain = chinese
    ? trimmed
        .replaceAll('\n', '')
        .replaceAll('.', '。')
        .replace(/(?<![，,、])[，,、]+$/, '。')
    : trimmed;
  const ends = chinese ? ENDS.zh : ENDS.en;
  const whole = ends.includes(plain.at(-1) ?? '') ? plain : `${plain}${chinese ? '。' : '.'}`;
  return join(sentences(whole, ends), chinese ? (part) => part.length : countTokens).filter(
    (part) => !isOnlyPunctuation(part),
  );
}
