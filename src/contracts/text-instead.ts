/** What programs write in the place of an object that is to be text. */
export const isObjectText = (text: string): boolean => text.trim() === '[object Object]';

/** Words to add to an error about text that is to be an object or a list; none where the text says nothing of it. */
export function textInstead(value: unknown): string {
  if (typeof value !== 'string') return '';
  if (isObjectText(value)) return '; this text is what a program wrote in the place of an object';
  return /^\s*[[{]/.test(value) ? '; this text holds JSON; send it as an object' : '';
}

/** Some programs write a line break as two characters. It is one where the text has no real one. */
export const withLineBreaks = (text: string): string =>
  text.includes('\n') ? text : text.replaceAll(String.raw`\r\n`, '\n').replaceAll(String.raw`\n`, '\n');
