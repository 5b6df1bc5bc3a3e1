import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as fontkit from 'fontkit';
import { getScript } from 'unicode-properties';
import type { Language, Picture } from '../../../film/film.ts';
import { familiesFor } from '../../../film/font-families.ts';
import { drawnText } from '../../../film/languages.ts';
import { piecesOf, shownText } from '../../../film/subtitle-pieces.ts';
import { projectRoot } from '../../../host/project.ts';
import { type FontFace, readFontFaces } from './font-faces.ts';

/** Characters that need no font: blanks, joiners, marks of direction, variation selectors, control characters. */
const INVISIBLE = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Control}]/u;
/** The last font in every list of families, from the font configuration of the browser. */
const FALLBACK: FontFace = {
  family: 'sans-serif',
  file: path.join(
    path.dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')),
    'ttf/DejaVuSans-Bold.ttf',
  ),
  ranges: null,
};
const MOST_NAMED = 5;
/** How many letters are checked before the event loop gets its turn: a few milliseconds of work. */
const AT_ONCE = 500;

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
    // Their timed words may differ from their text, and are shown instead.
    ...subtitles.map((line) => ({ text: shownText(piecesOf(line)), language: line.language })),
  ].map(({ text, language }) => ({ text: drawnText(text), language }));

/** A letter with marks that combine with it. */
const MARKED = /\P{Grapheme_Extend}\p{Grapheme_Extend}+/gu;

/** The units that one font must draw: each letter, and each letter with its marks. */
const unitsOf = (text: string): Set<string> =>
  new Set([...text, ...[...text.matchAll(MARKED)].map(([marked]) => marked.normalize('NFC'))]);

/** The code points of a unit that a font must have. */
const codesOf = (unit: string): number[] =>
  Array.from(unit).flatMap((character) => (INVISIBLE.test(character) ? [] : (character.codePointAt(0) ?? [])));

/** The faces that are tried for a code point. */
type FacesOf = (code: number) => readonly FontFace[];

function facesByCode(faces: readonly FontFace[]): FacesOf {
  const forAny = faces.filter(({ ranges }) => ranges === null);
  const byCode = new Map<number, FontFace[]>();
  for (const face of faces)
    for (const [first, last] of face.ranges ?? [])
      for (let code = first; code <= last; code++) {
        const others = byCode.get(code);
        if (others === undefined) byCode.set(code, [face]);
        else others.push(face);
      }
  return (code) => [...(byCode.get(code) ?? []), ...forAny];
}

/** Creates a check of font files. Each file is read once, when a text first needs it. */
export function createFontCheck() {
  const coverage = new Map<string, Promise<ReadonlySet<number>>>();
  let faces: Promise<FacesOf> | undefined;

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

  const isDrawn = async (unit: string, families: readonly string[], facesOf: FacesOf): Promise<boolean> => {
    const codes = codesOf(unit);
    const [first, ...others] = codes;
    if (first === undefined) return true;
    const asked = facesOf(first).filter(
      (face) => families.includes(face.family) && others.every((code) => facesOf(code).includes(face)),
    );
    for (const { file } of [...asked, FALLBACK]) {
      const characters = await charactersOf(file);
      if (codes.every((code) => characters.has(code))) return true;
    }
    return false;
  };

  /** The letters of a text that no font of the film has, and those whose marks no font has together with them. */
  const missingIn = async (
    { text, language }: Line,
    facesOf: FacesOf,
    judged: Map<string, boolean>,
  ): Promise<Set<string>> => {
    const families = familiesFor(text, language);
    const group = families.join();
    const missing = new Set<string>();
    let count = 0;
    for (const unit of unitsOf(text)) {
      if (++count % AT_ONCE === 0) await nextTurn();
      const key = `${group} ${unit}`;
      const drawn = judged.get(key) ?? (await isDrawn(unit, families, facesOf));
      judged.set(key, drawn);
      // A letter that is itself missing is not reported again with its marks.
      if (!drawn && !Array.from(unit).some((character) => missing.has(character))) missing.add(unit);
    }
    return missing;
  };

  /**
   * Returns a warning for each script (and for emoji and symbols) with characters in the picture that no font has. It
   * names these characters and the text with the first of them.
   */
  return async (picture: Picture): Promise<string[]> => {
    faces ??= readFontFaces(path.join(projectRoot(), 'remotion', 'fonts.css')).then(facesByCode);
    const facesOf = await faces;
    const found = new Map<string, { first: string; characters: Set<string> }>();
    const judged = new Map<string, boolean>();
    for (const line of linesOf(picture)) {
      await nextTurn();
      for (const character of await missingIn(line, facesOf, judged)) {
        const script = getScript(character.codePointAt(0) ?? 0);
        const group = found.get(script) ?? { first: line.text, characters: new Set() };
        found.set(script, group);
        group.characters.add(character);
      }
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
