import path from 'node:path';
import { z } from 'zod';
import { kindByName } from '../../../assets/file-kind/kind-by-name.ts';
import { firstBytes } from '../../../text/cut-text.ts';

/** A file, identified by its name on ComfyUI. Never use this name as a local path. */
export interface RemoteFile {
  node: string;
  filename: string;
  subfolder: string;
  type: string;
}

const item = z.looseObject({
  filename: z.string().min(1),
  subfolder: z.string().nullish(),
  type: z.string().nullish(),
});

function readItem(node: string, value: unknown): RemoteFile | null {
  // Nodes such as Preview3D output bare strings.
  if (typeof value === 'string' && kindByName(value) === '3d') {
    const { dir, base } = path.posix.parse(value.replaceAll('\\', '/'));
    return { node, filename: base, subfolder: dir, type: 'output' };
  }
  const { data } = item.safeParse(value);
  return data === undefined
    ? null
    : { node, filename: data.filename, subfolder: data.subfolder ?? '', type: data.type ?? 'output' };
}

const keyOf = ({ filename, subfolder, type }: RemoteFile): string => JSON.stringify([filename, subfolder, type]);

/** Every file under every key of the outputs, each once. */
export function listAllFiles(outputs: Record<string, unknown>): RemoteFile[] {
  const found = new Map<string, RemoteFile>();
  for (const [node, output] of Object.entries(outputs)) {
    if (typeof output !== 'object' || output === null) continue;
    for (const value of Object.values(output)
      .filter((list) => Array.isArray(list))
      .flat() as unknown[]) {
      const file = readItem(node, value);
      if (file !== null && !found.has(keyOf(file))) found.set(keyOf(file), file);
    }
  }
  return [...found.values()];
}

/** The files of a result. Temporary files are previews; they are left out, unless no file of their kind was saved. */
export function listFiles(outputs: Record<string, unknown>): RemoteFile[] {
  const files = listAllFiles(outputs);
  const saved = new Set(files.filter(({ type }) => type !== 'temp').map(({ filename }) => kindByName(filename)));
  return files.filter(({ filename, type }) => type !== 'temp' || !saved.has(kindByName(filename)));
}

/** The texts that nodes such as PreviewAny (`text`) and taggers (`tags`) show, under any key. */
export function listTexts(outputs: Record<string, unknown>): { node: string; text: string }[] {
  return Object.entries(outputs).flatMap(([node, output]) => {
    if (typeof output !== 'object' || output === null) return [];
    const values = Object.values(output).flat() as unknown[];
    return values
      .filter((one) => typeof one === 'string' && readItem(node, one) === null)
      .map((text) => ({ node, text: text as string }));
  });
}

/** In bytes. With a number, an extension and the suffix of a partial file, the name still fits into 255 bytes. */
const LONGEST_STEM = 160;

/** A local file name made from the server's name: without folders, not hidden, and not in `taken`. */
export function localName(filename: string, taken: Set<string>): string {
  const base = filename.split(/[\\/]/).at(-1) ?? '';
  const clean = base.replace(/[^\p{L}\p{N}._ -]/gu, '_').replace(/^[.\s]+|(?<![.\s])[.\s]+$/g, '');
  const { name, ext } = path.parse(clean === '' ? 'output' : clean);
  const stem = firstBytes(name, LONGEST_STEM);
  const short = firstBytes(ext, 16);
  let result = `${stem}${short}`;
  for (let count = 2; taken.has(result.toLowerCase()); count++) result = `${stem}-${count}${short}`;
  taken.add(result.toLowerCase());
  return result;
}
