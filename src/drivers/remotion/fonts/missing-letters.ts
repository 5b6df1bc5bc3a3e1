import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as fontkit from 'fontkit';
import { getScript } from 'unicode-properties';
import type { Language, Picture } from '../../../film/film.ts';
import { familiesFor } from '../../../film/font-families.ts';
import { drawnText } from '../../../film/languages.ts';
import { piecesOf, shownText } from '../../../film/subtitle-pieces.ts';
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

const linesOf = ({ clips, subtitles }: Picture): Line[] =>
  [
    ...clips.flatMap((clip): Line[] =>
      clip.kind === 'text' ? [{ text: clip.text, language: clip.textStyle.language }] : [],
    ),
    // Their words may be others than those of their text, and are shown then.
    ...subtitles.map((line) => ({ text: shownText(piecesOf(line)), language: line.language })),
  ].map(({ text, language }) => ({ text: drawnText(text), language }));

/** A letter with marks that combine with it. */
const MARKED = /\P{Grapheme_Extend}\p{Grapheme_Extend}+/gu;

/** What has to be drawn from one font: each letter, and each letter with its marks. */
const unitsOf = (text: string): Set<string> =>
  new Set([...text, ...[...text.matchAll(MARKED)].map(([marked]) => marked.normalize('NFC'))]);

/** The code points of a unit that a font must have. */
const codesOf = (unit: string): number[] =>
  Array.from(unit).flatMap((character) => (INVISIBLE.test(character) ? [] : (character.codePointAt(0) ?? [])));

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

  const has = async ({ file, ranges }: FontFace, codes: readonly number[]): Promise<boolean> => {
    const isAsked = (code: number): boolean =>
      ranges === null || ranges.some(([first, last]) => first <= code && code <= last);
    if (!codes.every(isAsked)) return false;
    const characters = await charactersOf(file);
    return codes.every((code) => characters.has(code));
  };

  const isDrawn = async (unit: string, families: readonly string[], all: readonly FontFace[]): Promise<boolean> => {
    const codes = codesOf(unit);
    if (codes.length === 0) return true;
    for (const face of [...all, FALLBACK])
      if ((face === FALLBACK || families.includes(face.family)) && (await has(face, codes))) return true;
    return false;
  };

  /** The letters of a text that no font of the film has, and those whose marks no font has together with them. */
  const missingIn = async ({ text, language }: Line, judged: Map<string, boolean>): Promise<string[]> => {
    const families = familiesFor(text, language);
    const missing: string[] = [];
    for (const unit of unitsOf(text)) {
      const key = `${families.join()} ${unit}`;
      const drawn = judged.get(key) ?? (await isDrawn(unit, families, (await faces) ?? []));
      judged.set(key, drawn);
      if (!drawn && !missing.some((one) => unit.includes(one))) missing.push(unit);
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
