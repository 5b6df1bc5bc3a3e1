import type { Clip } from '../../film/timeline-types.ts';

/** Clip types as clients name them. The older names describe the purpose of a clip; its file decides its kind. */
export const CLIP_TYPES = [
  'image',
  'video',
  'color',
  'text',
  'gif',
  'audio',
  'avatar',
  'wan_video',
  'b_roll',
  'product_vfx',
] as const;
export type ClipType = (typeof CLIP_TYPES)[number];

const EXTENSIONS = {
  image: /\.(png|jpe?g|webp|avif|bmp|svg|ico)$/i,
  gif: /\.gif$/i,
  audio: /\.(mp3|wav|m4a|aac|flac|ogg|oga|opus|wma|aiff?)$/i,
  video: /\.(mp4|m4v|mov|webm|mkv|avi|mpe?g|mts|m2ts|wmv|flv|ogv|3gp)$/i,
} as const;
const KINDS = ['image', 'gif', 'audio', 'video'] as const;

export type FileClipKind = (typeof KINDS)[number];

/** The key for the real kind of a clip whose file was examined. No client can send it. */
export const KIND_BY_BYTES = Symbol('kind by bytes');

export const toldKind = (clip: object): FileClipKind | undefined =>
  (clip as { [KIND_BY_BYTES]?: FileClipKind })[KIND_BY_BYTES];

/** The kind of a file according to its name. */
const kindOfFile = (src: string): (typeof KINDS)[number] | undefined =>
  KINDS.find((kind) => EXTENSIONS[kind].test(src));

/** The kind of a clip; undefined if neither its type nor its name shows it. */
export function clipKind(
  type: ClipType | undefined,
  { src, text, color }: { src?: string | undefined; text?: unknown; color?: unknown },
): Clip['kind'] | undefined {
  if (type === 'color' || type === 'text' || type === 'gif' || type === 'audio') return type;
  if (type === undefined && src === undefined) return text != null ? 'text' : color != null ? 'color' : undefined;
  const kind = kindOfFile(src ?? '');
  if (type === undefined) return kind;
  if (kind === 'gif') return kind;
  // A picture stays a picture, whatever the purpose of the clip.
  return type === 'image' || kind === 'image' ? 'image' : 'video';
}
