import path from 'node:path';
import { z } from 'zod';
import { firstBytes } from '../../../text/cut-text.ts';

export type FileKind = 'image' | 'video' | 'audio' | '3d' | 'text' | 'other';

/** A file as ComfyUI names it: never to be used as a local path. */
export interface RemoteFile {
  node: string;
  filename: string;
  subfolder: string;
  type: string;
}

const EXTENSIONS: Record<Exclude<FileKind, 'other'>, readonly string[]> = {
  image: ['png', 'jpg', 'jpeg', 'webp', 'gif', 'bmp', 'tif', 'tiff', 'avif', 'apng', 'svg', 'exr', 'heic', 'jxl'],
  video: ['mp4', 'webm', 'mkv', 'mov', 'avi', 'm4v', 'mpg', 'mpeg', 'ogv', 'ts'],
  audio: ['wav', 'mp3', 'flac', 'ogg', 'opus', 'm4a', 'aac'],
  '3d': ['glb', 'gltf', 'obj', 'ply', 'stl', 'fbx', 'usdz', 'splat', 'spz', 'ksplat'],
  text: ['txt', 'json', 'csv', 'md', 'srt', 'vtt', 'yaml', 'yml', 'xml'],
};

/** By extension: the keys of ComfyUI's outputs say nothing, a video sits under `images` (facts §2). */
export function kindOf(filename: string): FileKind {
  const extension = path.extname(filename).slice(1).toLowerCase();
  const found = Object.entries(EXTENSIONS).find(([, extensions]) => extensions.includes(extension));
  return (found?.[0] as FileKind | undefined) ?? 'other';
}

const item = z.looseObject({
  filename: z.string().min(1),
  subfolder: z.string().nullish(),
  type: z.string().nullish(),
});

function readItem(node: string, value: unknown): RemoteFile | null {
  // Preview3D and its like give bare strings.
  if (typeof value === 'string' && kindOf(value) === '3d') {
    const { dir, base } = path.posix.parse(value.replaceAll('\\', '/'));
    return { node, filename: base, subfolder: dir, type: 'output' };
  }
  const { data } = item.safeParse(value);
  return data === undefined
    ? null
    : { node, filename: data.filename, subfolder: data.subfolder ?? '', type: data.type ?? 'output' };
}

const keyOf = ({ filename, subfolder, type }: RemoteFile): string => JSON.stringify([filename, subfolder, type]);

/** Every file of every output key, each once. */
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

/** The files of a result: temporary ones are left out as previews where something of their kind was saved. */
export function listFiles(outputs: Record<string, unknown>): RemoteFile[] {
  const files = listAllFiles(outputs);
  const saved = new Set(files.filter(({ type }) => type !== 'temp').map(({ filename }) => kindOf(filename)));
  return files.filter(({ filename, type }) => type !== 'temp' || !saved.has(kindOf(filename)));
}

/** What nodes such as PreviewAny (`text`) and taggers (`tags`) show, under whatever key. */
export function listTexts(outputs: Record<string, unknown>): { node: string; text: string }[] {
  return Object.entries(outputs).flatMap(([node, output]) => {
    if (typeof output !== 'object' || output === null) return [];
    const values = Object.values(output).flat() as unknown[];
    return values
      .filter((one) => typeof one === 'string' && readItem(node, one) === null)
      .map((text) => ({ node, text: text as string }));
  });
}

/** Bytes. With a number, an extension and the end of an unfinished file's name there is room below 255. */
const LONGEST_STEM = 160;

/** A name for a local file, made from one that a server gave: no folders, nothing hidden, nothing twice. */
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
