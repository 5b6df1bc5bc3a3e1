import { RunFailure } from '../run/failure.ts';

const JPEG_SIZES = [0xc0, 0xc1, 0xc2, 0xc3];

function jpegSize(file: Buffer): { width: number; height: number } | undefined {
  for (let at = 2; at + 9 < file.length && file[at] === 0xff; at += 2 + file.readUInt16BE(at + 2))
    if (JPEG_SIZES.includes(file[at + 1] ?? 0))
      return { height: file.readUInt16BE(at + 5), width: file.readUInt16BE(at + 7) };
  return undefined;
}

/** Width and height of a PNG or JPEG. @throws RunFailure as the real server does when it cannot open a picture. */
export function pictureSize(file: Buffer): { width: number; height: number } {
  if (file.length > 24 && file.toString('latin1', 1, 4) === 'PNG')
    return { width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
  const jpeg = file[0] === 0xff && file[1] === 0xd8 ? jpegSize(file) : undefined;
  if (jpeg !== undefined) return jpeg;
  if (file.toString('latin1', 8, 12) === 'WEBP') return { width: 512, height: 512 };
  throw new RunFailure('PIL.UnidentifiedImageError', 'cannot identify image file\n');
}
