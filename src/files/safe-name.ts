import path from 'node:path';
import { firstBytes } from '../text/cut-text.ts';
import { DEVICE } from './client-path.ts';

/** Bytes. A number and the mark of an unfinished file fit into the 255 bytes of a name. */
const LONGEST_STEM = 160;
const LONGEST_EXTENSION = 16;

const ODD = /[^\p{L}\p{M}\p{N}._ ()+,=@-]/gu;
/** Dots and blanks at the ends. */
const ENDS = /^[. ]+|(?<![. ])[. ]+$/g;

/**
 * The name that a file has on a client's machine, as a name under which it can be stored: without folders and odd
 * characters.
 */
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
