const OBJECT_TEXT = '[object Object]';
const BY_A_PROGRAM = 'this text is "[object Object]", which a program wrote instead of an object';

/**
 * The problem with a text in which a program wrote "[object Object]" instead of an object; undefined if there is none.
 */
export const objectText = (text: string): string | undefined =>
  text.trim() === OBJECT_TEXT
    ? BY_A_PROGRAM
    : text.includes(OBJECT_TEXT)
      ? `this text contains ${OBJECT_TEXT}, which a program wrote instead of an object`
      : undefined;

/** The same for any text in a value, at any depth. */
export const objectTextIn = (value: unknown): string | undefined => {
  if (typeof value === 'string') return objectText(value);
  if (typeof value !== 'object' || value === null) return undefined;
  for (const one of Object.values(value)) {
    const found = objectTextIn(one);
    if (found !== undefined) return found;
  }
  return undefined;
};

/**
 * Words to add to the error if a text was sent instead of an object or a list; empty if the text does not look like
 * one.
 */
export function textInstead(value: unknown): string {
  if (typeof value !== 'string') return '';
  const written = objectText(value);
  if (written !== undefined) return `; ${written}`;
  const [, opening] = /^\s*([[{])/.exec(value) ?? [];
  return opening === undefined
    ? ''
    : `; this is JSON in a string; send it as ${opening === '[' ? 'a list' : 'an object'}`;
}

/**
 * Whether a text is meant as an object or a list in a place where text is also valid. File names may begin with a
 * bracket.
 */
export function isJsonText(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** Restores line breaks that some programs write as two characters, unless the text has real ones. */
export const withLineBreaks = (text: string): string =>
  text.includes('\n') ? text : text.replaceAll(String.raw`\r\n`, '\n').replaceAll(String.raw`\n`, '\n');
