import './fonts.css';
import { familiesFor } from './font-families.ts';
import { languageOf } from './languages.ts';

/** The only weight in the bundle. */
export const WEIGHT = 700;

/** Resolves when every web font that the lines need is there; only those are loaded. */
export async function loadFonts(lines: readonly string[]): Promise<void> {
  const texts = new Map<string, string>();
  for (const line of lines)
    for (const family of familiesFor(line, languageOf(line, lines)))
      texts.set(family, (texts.get(family) ?? '') + line);
  await Promise.all([...texts].map(([family, text]) => document.fonts.load(`${WEIGHT} 40px "${family}"`, text)));
}
