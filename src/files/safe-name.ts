import path from 'node:path';
import { firstBytes } from '../text/cut-text.ts';
import { DEVICE } from './client-path.ts';

/** In bytes. With a number and the mark of an unfinished file, the name still fits into 255 bytes. */
const LONGEST_STEM = 160;
const LONGEST_EXTENSION = 16;

const ODD = /[^\p{L}\p{M}\p{N}._ ()+,=@-]/gu;
/** Dots and blanks at the ends. */
const ENDS = /^[. ]+|(?<![. ])[. ]+$/g;

/** Converts a client's file name into a name that can be stored: without folders and unusual characters. */
export function safeName(sent: string): string {
  const base = sent.split(/[\\/]/).at(-1) ?? '';
  const clean = base.normalize('NFC').replaceAll(ODD, '_').replaceAll(ENDS, '');
  const { name, ext } = path.parse(clean);
  const short = `${firstBytes(name, LONGEST_STEM)}${firstBytes(ext, LONGEST_EXTENSION)}`.replaceAll(ENDS, '');
  if (short === '') return 'file';
  return DEVICE.test(short) ? `_${short}` : short;
}

/** `fox.png`, 2 → `fox-2.png` */
export function numberedName(name: string, count: number): string {
  const { name: stem, ext } = path.parse(name);
  return `${stem}-${count}${ext}`;
}
