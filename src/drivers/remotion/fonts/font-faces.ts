import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

/** A font file and the characters for which it is used. */
export interface FontFace {
  family: string;
  /** Absolute. */
  file: string;
  /** First and last code point of each range; null: any character. */
  ranges: readonly (readonly [number, number])[] | null;
}

const IMPORT = /@import '([^']+)';/g;
const FACE = /@font-face \{([^}]+)\}/g;
const FAMILY = /font-family: '([^']+)'/;
const FILE = /url\(['"]?([^'")]+\.woff2)['"]?\)/;
const RANGE = /unicode-range:([^;]+);/;

function parseRange(text: string): readonly [number, number] {
  const [first = '', last = first] = text.trim().replace(/^U\+/i, '').split('-');
  return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
}

/** The faces that a style sheet declares, imported ones included. Package names are resolved as the bundler does. */
export async function readFontFaces(styleSheet: string): Promise<FontFace[]> {
  const { resolve } = createRequire(styleSheet);
  const place = (name: string): string =>
    name.startsWith('.') ? path.resolve(path.dirname(styleSheet), name) : resolve(name);
  const css = await readFile(styleSheet, 'utf8');
  const imported = await Promise.all([...css.matchAll(IMPORT)].map(([, name = '']) => readFontFaces(place(name))));
  const own = [...css.matchAll(FACE)].flatMap(([, face = '']): FontFace[] => {
    const [family, file] = [FAMILY.exec(face)?.[1], FILE.exec(face)?.[1]];
    const ranges = RANGE.exec(face)?.[1]?.split(',').map(parseRange) ?? null;
    return family === undefined || file === undefined ? [] : [{ family, file: place(file), ranges }];
  });
  return [...imported.flat(), ...own];
}
