import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as fontkit from 'fontkit';
import { getScript } from 'unicode-properties';
import type { Language, Picture } from '../../../film/film.ts';
import { familiesFor } from '../../../film/font-families.ts';
import { projectRoot } from '../project-root.ts';
import { type FontFace, readFontFaces } from './font-faces.ts';

/** What no font has to draw: blanks, joiners, marks of direction, variation selectors, control characters. */
const INVISIBLE = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Control}]/u;
/** The last in every list of families, through the font configuration of the browser. */
const FALLBACK: FontFace = {
  family: 'sans-serif',
  file: path.join(
    path.dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')),
    'ttf/DejaVuSans-Bold.ttf',
  ),
  ranges: null,
};
const MOST_NAMED = 5;

/** How much of a line a warning quotes, in characters. */
const LONGEST_QUOTED = 40;

/** A text of a film. */
interface Line {
  text: string;
  language: Language | null;
}

const linesOf = ({ clips, subtitles }: Picture): Line[] => [
  ...clips.flatMap((clip): Line[] =>
    clip.kind === 'text' ? [{ text: clip.text, language: clip.textStyle.language }] : [],
  ),
  ...subtitles,
];

/** Looks into font files; each is read once, when a text first needs it. */
export function createFontCheck() {
  const coverage = new Map<string, Promise<ReadonlySet<number>>>();
  let faces: Promise<FontFace[]> | undefined;

  const charactersOf = (file: string): Promise<ReadonlySet<number>> => {
    const known = coverage.get(file);
    if (known !== undefined) return known;
    const read = readFile(file).then((bytes) => {
      const font = fontkit.create(bytes);
      return new Set('characterSet' in font ? font.characterSet : []);
    });
    coverage.set(file, read);
    return read;
  };

  const isDrawn = async (code: number, families: readonly string[], all: readonly FontFace[]): Promise<boolean> => {
    for (const { family, file, ranges } of [...all, FALLBACK])
      if (
        (family === FALLBACK.family || families.includes(family)) &&
        (ranges === null || ranges.some(([first, last]) => first <= code && code <= last)) &&
        (await charactersOf(file)).has(code)
      )
        return true;
    return false;
  };

  /** The characters of a text that no font of the film has. */
  const missingIn = async ({ text, language }: Line, judged: Map<string, boolean>): Promise<string[]> => {
    const families = familiesFor(text, language);
    const missing: string[] = [];
    for (const character of new Set(text)) {
      if (INVISIBLE.test(character)) continue;
      const key = `${families.join()} ${character}`;
      const drawn = judged.get(key) ?? (await isDrawn(character.codePointAt(0) ?? 0, families, (await faces) ?? []));
      judged.set(key, drawn);
      if (!drawn) missing.push(character);
    }
    return missing;
  };

  /**
   * A warning for each script, and for emoji and symbols, that some text of a picture is written in and no font has: which characters,
   * and the text where the first of them stands.
   */
  return async (picture: Picture): Promise<string[]> => {
    faces ??= readFontFaces(path.join(projectRoot(), 'remotion', 'fonts.css'));
    const found = new Map<string, { first: string; characters: Set<string> }>();
    const judged = new Map<string, boolean>();
    for (const line of linesOf(picture))
      for (const character of await missingIn(line, judged)) {
        const script = getScript(character.codePointAt(0) ?? 0);
        const group = found.get(script) ?? { first: line.text, characters: new Set() };
        found.set(script, group);
        group.characters.add(character);
      }
    return [...found].map(([script, { first, characters }]) => {
      const named = [...characters].slice(0, MOST_NAMED).join(' ') + (characters.size > MOST_NAMED ? ' …' : '');
      const kind =
        script === 'Common' || script === 'Unknown' ? 'symbols or emoji' : `script ${script.replaceAll('_', ' ')}`;
      const line = first.length > LONGEST_QUOTED ? `${first.slice(0, LONGEST_QUOTED)}…` : first;
      return `no font has ${named} (${kind}), first in the text "${line}": shown as boxes`;
    });
  };
}
