const LONGEST = 60;

/** The start of a sentence, for its own client to find it by. It never goes into a log. */
export function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const characters = [...line.slice(0, 2 * LONGEST)];
  return `"${characters.length > LONGEST ? `${characters.slice(0, LONGEST).join('')}…` : line}"`;
}
