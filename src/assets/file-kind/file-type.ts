import path from 'node:path';
import mime from 'mime-types';
import { PICTURE_TYPES } from './content-type.ts';
import { kindByName, type FileUse } from './kind-by-name.ts';
import type { Demuxer, FileKind, Sort } from './kinds.ts';

/** The use of a file, and its media type. */
export interface FileType {
  kind: FileUse;
  contentType: string;
}

/** The media types of each container. The extension decides between them; the first is for all other extensions. */
const MEDIA_TYPES: Readonly<Record<Demuxer, readonly [string, ...string[]]>> = {
  mov: ['video/mp4', 'audio/mp4', 'audio/x-m4a', 'video/quicktime', 'video/x-m4v', 'video/3gpp'],
  matroska: ['video/webm', 'audio/webm', 'video/x-matroska', 'audio/x-matroska'],
  avi: ['video/x-msvideo'],
  mpegts: ['video/mp2t'],
  ogg: ['audio/ogg', 'video/ogg'],
  flv: ['video/x-flv'],
  wav: ['audio/wav'],
  flac: ['audio/flac'],
  mp3: ['audio/mpeg'],
  aac: ['audio/aac'],
  ac3: ['audio/ac3'],
  eac3: ['audio/eac3'],
  caf: ['audio/x-caf'],
};

const USES: Readonly<Record<Exclude<Sort, 'other'>, FileUse>> = { picture: 'image', film: 'video', sound: 'audio' };
/** The first part of their media types. */
const MAIN_TYPES: Readonly<Record<Sort, readonly string[]>> = {
  picture: ['image'],
  film: ['video'],
  sound: ['audio'],
  other: ['application', 'model', 'font'],
};
/** Types in which browsers run scripts. */
const ACTIVE = /html|xml|script|svg/;
const UNKNOWN_TYPE = 'application/octet-stream';
/** Types of text that do not begin with `text/`. */
const TEXTS = new Set(['application/json', 'application/x-subrip', 'application/toml', 'model/gltf+json', 'model/obj']);

const inUtf8 = (type: string): string => (type.startsWith('text/') ? `${type}; charset=utf-8` : type);

function textType(named: string | undefined, isJson: boolean): string {
  const isPlain = named !== undefined && (named.startsWith('text/') || TEXTS.has(named)) && !ACTIVE.test(named);
  return inUtf8(isPlain ? named : isJson ? 'application/json' : 'text/plain');
}

/** The type by extension, unless the bytes contradict it. */
function typeOfSort(named: string | undefined, sort: Sort): string {
  const [main = ''] = named?.split('/') ?? [];
  return named !== undefined && MAIN_TYPES[sort].includes(main) && !ACTIVE.test(named) ? named : UNKNOWN_TYPE;
}

/**
 * The type of a file by its bytes. Its name decides only between types that the bytes allow, so a page named `.png` is
 * a page, and a script is plain text.
 */
export function fileType(found: FileKind, name: string): FileType {
  const named = mime.lookup(path.extname(name)) || undefined;
  switch (found.family) {
    case 'picture':
      return { kind: 'image', contentType: PICTURE_TYPES[found.format] };
    case 'media': {
      const [usual, ...others] = MEDIA_TYPES[found.demuxer];
      const contentType = others.find((one) => one === named) ?? usual;
      return { kind: contentType.startsWith('audio/') ? 'audio' : 'video', contentType };
    }
    case 'text': {
      if (found.name === 'an HTML page') return { kind: 'text', contentType: 'text/html; charset=utf-8' };
      const kind = kindByName(name) === '3d' ? '3d' : 'text';
      return { kind, contentType: textType(named, found.name === 'JSON') };
    }
    case 'unusable':
      if (found.sort !== 'other') return { kind: USES[found.sort], contentType: typeOfSort(named, found.sort) };
      break;
    default:
  }
  return { kind: kindByName(name) === '3d' ? '3d' : 'other', contentType: typeOfSort(named, 'other') };
}

/** Whether a browser runs scripts in a file of this type when it opens it by itself. */
export const isActive = (contentType: string): boolean => ACTIVE.test(contentType);
