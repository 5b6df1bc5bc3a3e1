/** What a file is by its first bytes; its name is not asked. */
export type FileKind =
  | { family: 'picture'; format: PictureFormat }
  /** Film or sound; `demuxer` is ffmpeg's name for its container. */
  | { family: 'media'; demuxer: Demuxer }
  /** Known by name, but nothing here can read it. */
  | { family: 'unusable'; name: string }
  | { family: 'unknown' };

export type PictureFormat = 'png' | 'jpeg' | 'gif' | 'webp' | 'avif' | 'bmp' | 'ico' | 'svg';
export type Demuxer =
  | 'mov'
  | 'matroska'
  | 'avi'
  | 'mpegts'
  | 'ogg'
  | 'flv'
  | 'wav'
  | 'flac'
  | 'mp3'
  | 'aac'
  | 'ac3'
  | 'caf';

/** As many bytes as {@link identify} wants to see. */
export const HEAD_BYTES = 4096;

const picture = (format: PictureFormat): FileKind => ({ family: 'picture', format });
const media = (demuxer: Demuxer): FileKind => ({ family: 'media', demuxer });
const unusable = (name: string): FileKind => ({ family: 'unusable', name });

const SIGNATURES: readonly [string, FileKind][] = [
  ['\x89PNG\r\n\x1a\n', picture('png')],
  ['\xff\xd8\xff', picture('jpeg')],
  ['GIF87a', picture('gif')],
  ['GIF89a', picture('gif')],
  ['BM', picture('bmp')],
  ['\0\0\x01\0', picture('ico')],
  ['\x1a\x45\xdf\xa3', media('matroska')],
  ['OggS', media('ogg')],
  ['FLV\x01', media('flv')],
  ['fLaC', media('flac')],
  ['caff', media('caf')],
  ['\x0bw', media('ac3')],
  ['II*\0', unusable('a TIFF picture')],
  ['MM\0*', unusable('a TIFF picture')],
  ['8BPS', unusable('a Photoshop file')],
  ['\xff\x0a', unusable('a JPEG XL picture')],
  ['\0\0\0\x0cJXL ', unusable('a JPEG XL picture')],
  ['\0\0\0\x0cjP  ', unusable('a JPEG 2000 picture')],
  ['v/1\x01', unusable('an OpenEXR picture')],
  ['%PDF', unusable('a PDF document')],
  ['PK\x03\x04', unusable('a ZIP archive')],
  ['\x30\x26\xb2\x75', unusable('a Windows Media file')],
  ['.RMF', unusable('a RealMedia file')],
  ['\0\0\x01\xba', unusable('an MPEG program stream')],
  ['\0\0\x01\xb3', unusable('a raw MPEG stream')],
  ['FORM', unusable('an AIFF sound')],
  ['#!AMR', unusable('an AMR sound')],
  ['#EXTM3U', unusable('a list of other files')],
  ['ffconcat', unusable('a list of other files')],
];

const RIFF: Record<string, FileKind> = { WEBP: picture('webp'), 'AVI ': media('avi'), WAVE: media('wav') };
const HEIF_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'mif1', 'msf1', 'hevc', 'hevx']);
/** First boxes of QuickTime files that lack the one which names their brand. */
const OLD_QUICKTIME = new Set(['moov', 'mdat', 'wide', 'free', 'skip', 'pnot']);

/** ISO files all begin alike; the brands in the first box tell them apart. */
function isoKind(bytes: string): FileKind | undefined {
  const box = bytes.slice(4, 8);
  if (OLD_QUICKTIME.has(box)) return media('mov');
  if (box !== 'ftyp') return undefined;
  const length = bytes.charCodeAt(2) * 256 + bytes.charCodeAt(3);
  const brands = bytes.slice(8, length).match(/.{4}/gs) ?? [];
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return picture('avif');
  return HEIF_BRANDS.has(brands[0] ?? '') ? unusable('a HEIC picture') : media('mov');
}

const TS_PACKET = 188;

function isTransportStream(bytes: string): boolean {
  // Blu-ray players put four bytes before each packet.
  const [start, step] = bytes[0] === 'G' ? [0, TS_PACKET] : [4, TS_PACKET + 4];
  return bytes.length > start + 2 * step && [0, 1, 2].every((packet) => bytes[start + packet * step] === 'G');
}

/** MPEG audio and AAC begin each frame with eleven or twelve set bits. */
function soundFrame(bytes: string): FileKind | undefined {
  if (bytes.startsWith('ID3')) return media('mp3');
  const second = bytes.charCodeAt(1);
  if (bytes[0] !== '\xff' || (second & 0xe0) !== 0xe0) return undefined;
  return (second & 0xf6) === 0xf0 ? media('aac') : media('mp3');
}

function isSvg(bytes: string): boolean {
  const text = bytes.replace(/^\xef\xbb\xbf/, '').trimStart();
  return /^<(svg[\s>]|\?xml|!)/.test(text) && /<svg[\s>]/.test(text) && !/<html/i.test(text);
}

/** Tells what a file is from its first {@link HEAD_BYTES}. */
export function identify(head: Uint8Array): FileKind {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  return (
    (bytes.startsWith('RIFF') ? RIFF[bytes.slice(8, 12)] : undefined) ??
    SIGNATURES.find(([signature]) => bytes.startsWith(signature))?.[1] ??
    isoKind(bytes) ??
    (isTransportStream(bytes) ? media('mpegts') : undefined) ??
    soundFrame(bytes) ??
    (isSvg(bytes) ? picture('svg') : { family: 'unknown' })
  );
}
