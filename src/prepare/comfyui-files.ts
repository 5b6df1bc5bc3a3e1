import path from 'node:path';
import { AssetPathError, existingAsset, inputPath, shownPath, type AssetFolder } from '../assets/paths.ts';
import type { MediaKind } from '../contracts/comfyui.ts';
import type { FieldError } from '../errors.ts';
import type { FileParam } from '../templates/params.ts';

const EXTENSIONS: Readonly<Record<Exclude<MediaKind, 'file'>, readonly string[]>> = {
  image: ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.bmp', '.tif', '.tiff', '.avif'],
  video: ['.mp4', '.mov', '.webm', '.mkv', '.avi', '.m4v'],
  audio: ['.wav', '.mp3', '.flac', '.ogg', '.opus', '.m4a', '.aac'],
};
const ARTICLE = { image: 'an image', video: 'a video', audio: 'an audio file' };

/** Refuses only files that are certainly of another kind; an unknown extension may be anything. */
function wrongKind(kind: MediaKind, file: string): string | undefined {
  if (kind === 'file' || EXTENSIONS[kind].includes(path.extname(file).toLowerCase())) return undefined;
  const isOther = Object.values(EXTENSIONS).some((list) => list.includes(path.extname(file).toLowerCase()));
  return isOther
    ? `expected ${ARTICLE[kind]}, for example one that ends in ${EXTENSIONS[kind].slice(0, 3).join(', ')}`
    : undefined;
}

async function findFile(
  folder: AssetFolder,
  { value, kind }: FileParam,
): Promise<{ asset: string } | { wrong: string }> {
  try {
    const asset = inputPath(folder, value);
    await existingAsset(folder, asset);
    const wrong = wrongKind(kind, asset);
    return wrong === undefined ? { asset } : { wrong };
  } catch (error) {
    if (error instanceof AssetPathError) return { wrong: error.message };
    throw error;
  }
}

/** Finds the files that a client named: the path of each relative to ASSET_PATH, by its parameter, or the error. */
export async function findParamFiles(
  folder: AssetFolder,
  files: readonly FileParam[],
): Promise<{ assets: Map<string, string>; errors: FieldError[] }> {
  const found = await Promise.all(files.map(async (file) => ({ file, result: await findFile(folder, file) })));
  return {
    assets: new Map(
      found.flatMap(({ file, result }) => ('asset' in result ? [[file.name, result.asset] as const] : [])),
    ),
    errors: found.flatMap(({ file, result }) =>
      'wrong' in result ? [{ path: file.path, message: `${result.wrong} (${shownPath(file.value)})` }] : [],
    ),
  };
}
