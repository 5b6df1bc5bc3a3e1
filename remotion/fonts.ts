import './fonts.css';
import type { Language, Picture } from '../src/film/film.ts';
import { drawnText } from '../src/film/languages.ts';
import { familiesFor } from '../src/film/font-families.ts';
import { piecesOf, shownText } from '../src/film/subtitle-pieces.ts';

/** The only weight in the bundle. */
export const WEIGHT = 700;

/** Characters that set the metrics of every line, so that its place never depends on other loaded fonts. */
const ALWAYS = ' x';

type SetText = readonly [text: string, language: Language | null];

function allText({ clips, subtitles }: Picture): SetText[] {
  const onClips = clips.flatMap((clip): SetText[] =>
    clip.kind === 'text' ? [[clip.text, clip.textStyle.language]] : [],
  );
  return [...onClips, ...subtitles.map((line): SetText => [shownText(piecesOf(line)), line.language])];
}

/** Loads only the web fonts that the picture's text needs. Resolves when they are loaded. */
export async function loadFonts(picture: Picture): Promise<void> {
  const characters = new Map<string, Set<string>>();
  for (const [text, language] of allText(picture))
    for (const family of familiesFor(text, language)) {
      const needed = characters.get(family) ?? new Set(ALWAYS);
      for (const character of drawnText(text)) needed.add(character);
      characters.set(family, needed);
    }
  await Promise.all(
    [...characters].map(([family, needed]) => document.fonts.load(`${WEIGHT} 40px "${family}"`, [...needed].join(''))),
  );
}
