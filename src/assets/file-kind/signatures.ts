import { media, picture, unusable, type FileKind } from './kinds.ts';

/** First bytes, as Latin-1, that no other kind of file has. */
const SIGNATURES: readonly [string, FileKind][] = [
  ['\x89PNG\r\n\x1a\n', picture('png')],
  ['\xff\xd8\xff', picture('jpeg')],
  ['GIF87a', picture('gif')],
  ['GIF89a', picture('gif')],
  ['\x1a\x45\xdf\xa3', media('matroska')],
  ['OggS', media('ogg')],
  ['FLV\x01', media('flv')],
  ['fLaC', media('flac')],
  ['caff', media('caf')],
  ['II*\0', unusable('a TIFF picture', 'picture')],
  ['MM\0*', unusable('a TIFF picture', 'picture')],
  ['II+\0', unusable('a TIFF picture', 'picture')],
  ['MM\0+', unusable('a TIFF picture', 'picture')],
  ['8BPS', unusable('a Photoshop file', 'picture')],
  ['\0\0\0\x0cJXL ', unusable('a JPEG XL picture', 'picture')],
  ['\0\0\0\x0cjP  ', unusable('a JPEG 2000 picture', 'picture')],
  ['v/1\x01', unusable('an OpenEXR picture', 'picture')],
  ['%PDF', unusable('a PDF document')],
  ['PK\x03\x04', unusable('a ZIP archive')],
  ['Rar!\x1a\x07', unusable('a RAR archive')],
  ['7z\xbc\xaf\x27\x1c', unusable('a 7-Zip archive')],
  ['\x1f\x8b\x08', unusable('a gzip archive')],
  ['\x30\x26\xb2\x75', unusable('a Windows Media file', 'film')],
  ['.RMF', unusable('a RealMedia file', 'film')],
  ['\0\0\x01\xba', unusable('an MPEG program stream', 'film')],
  ['\0\0\x01\xb3', unusable('a raw MPEG stream', 'film')],
  ['#!AMR', unusable('an AMR sound', 'sound')],
  ['wvpk', unusable('a WavPack sound', 'sound')],
  ['MAC ', unusable("a Monkey's Audio sound", 'sound')],
  ['.snd', unusable('an AU sound', 'sound')],
  ['riff\x2e\x91\xcf\x11', unusable('a Wave64 sound', 'sound')],
  ['DSD ', unusable('a DSD sound', 'sound')],
  ['MThd', unusable('a MIDI file', 'sound')],
  ['\x93NUMPY', unusable('a NumPy array')],
  ['\x28\xb5\x2f\xfd', unusable('a Zstandard archive')],
  ['BZh91AY&SY', unusable('a bzip2 archive')],
  ['\xfd7zXZ\0', unusable('an xz archive')],
  ['#EXTM3U', unusable('a list of other files')],
  ['ffconcat', unusable('a list of other files')],
];

/** Containers, by their first word and the word after their length. */
const CHUNKED = new Map<string, FileKind>([
  ['RIFFWEBP', picture('webp')],
  ['RIFFAVI ', media('avi')],
  ['RIFFWAVE', media('wav')],
  ['RIFXWAVE', media('wav')],
  ['RF64WAVE', media('wav')],
  ['BW64WAVE', media('wav')],
  ['FORMAIFF', unusable('an AIFF sound', 'sound')],
  ['FORMAIFC', unusable('an AIFF sound', 'sound')],
]);

const HEIF_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'mif1', 'msf1', 'hevc', 'hevx']);
/** First boxes of QuickTime files without a brand. */
const OLD_QUICKTIME = new Set(['moov', 'mdat', 'wide', 'free', 'skip', 'pnot']);

/** All ISO files begin alike; the brands in the first box distinguish them. */
function isoKind(bytes: string): FileKind | undefined {
  const box = bytes.slice(4, 8);
  if (OLD_QUICKTIME.has(box)) return media('mov');
  if (box !== 'ftyp') return undefined;
  const length = bytes.charCodeAt(2) * 256 + bytes.charCodeAt(3);
  const brands = bytes.slice(8, length).match(/.{4}/gs) ?? [];
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return picture('avif');
  return HEIF_BRANDS.has(brands[0] ?? '') ? unusable('a HEIC picture', 'picture') : media('mov');
}

const BMP_HEADERS = new Set([12, 40, 52, 56, 64, 108, 124]);
const isBmp = (head: Buffer): boolean =>
  head.length >= 18 && head.toString('latin1', 0, 2) === 'BM' && BMP_HEADERS.has(head.readUInt32LE(14));

/** Zeros and ones also begin other data, such as quiet sound, so the first entry must be plausible. */
function isIco(head: Buffer): boolean {
  if (head.length < 22 || head.readUInt32BE(0) !== 0x100) return false;
  const entries = head.readUInt16LE(4);
  const [reserved, planes, bits] = [head.readUInt8(9), head.readUInt16LE(10), head.readUInt16LE(12)];
  const [bytes, offset] = [head.readUInt32LE(14), head.readUInt32LE(18)];
  if (reserved !== 0 || planes > 1 || bits > 32 || bytes < 40 || offset < 6 + 16 * entries) return false;
  const body = head.subarray(offset, offset + 4);
  return entries > 0 && (body.length < 4 || body.readUInt32LE(0) === 40 || body.toString('latin1') === '\x89PNG');
}

const TS_PACKET = 188;

function isTransportStream(bytes: string): boolean {
  // On Blu-ray, four bytes precede each packet.
  const [start, step] = bytes[0] === 'G' ? [0, TS_PACKET] : [4, TS_PACKET + 4];
  return bytes.length > start + 2 * step && [0, 1, 2].every((packet) => bytes[start + packet * step] === 'G');
}

/** The kind of a file, from signatures at fixed places. */
export function bySignature(head: Buffer): FileKind | undefined {
  const bytes = head.toString('latin1', 0, 1024);
  return (
    CHUNKED.get(bytes.slice(0, 4) + bytes.slice(8, 12)) ??
    SIGNATURES.find(([signature]) => bytes.startsWith(signature))?.[1] ??
    isoKind(bytes) ??
    (isBmp(head) ? picture('bmp') : undefined) ??
    (isIco(head) ? picture('ico') : undefined) ??
    (isTransportStream(bytes) ? media('mpegts') : undefined)
  );
}
