import path from 'node:path';

/** The use of a file for people. */
export type FileUse = 'image' | 'video' | 'audio' | '3d' | 'text' | 'other';

const EXTENSIONS: Record<Exclude<FileUse, 'other'>, readonly string[]> = {
  image: ['png', 'jpg', 'jpeg', 'webp', 'gif', 'bmp', 'tif', 'tiff', 'avif', 'apng', 'svg', 'exr', 'heic', 'jxl'],
  video: ['mp4', 'webm', 'mkv', 'mov', 'avi', 'm4v', 'mpg', 'mpeg', 'ogv', 'ts'],
  audio: ['wav', 'mp3', 'flac', 'ogg', 'opus', 'm4a', 'aac'],
  '3d': ['glb', 'gltf', 'obj', 'ply', 'stl', 'fbx', 'usdz', 'splat', 'spz', 'ksplat'],
  text: ['txt', 'json', 'csv', 'md', 'srt', 'vtt', 'yaml', 'yml', 'xml'],
};

/** The use of a file by its extension. */
export function kindByName(filename: string): FileUse {
  const extension = path.extname(filename).slice(1).toLowerCase();
  const found = Object.entries(EXTENSIONS).find(([, extensions]) => extensions.includes(extension));
  return (found?.[0] as FileUse | undefined) ?? 'other';
}
