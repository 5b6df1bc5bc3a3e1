import { runFfmpeg } from '../../../assets/ffmpeg.ts';
import { encodePng } from '../../png.ts';
import { RunFailure } from '../run/failure.ts';
import { rawFrames } from './raw-frames.ts';
import type { Raster } from './scene.ts';

/** Smaller pictures are packed here; larger ones in a process of its own, since packing them would hold up every answer. */
const HERE_PIXELS = 300 * 300;

/** A PNG file. */
export async function encodePicture({ width, height, rgb }: Raster): Promise<Buffer> {
  if (width * height <= HERE_PIXELS) return encodePng(width, height, rgb);
  const packed = ['-frames:v', '1', '-c:v', 'png', '-pred', 'sub', '-compression_level', '3', '-f', 'image2pipe', '-'];
  return runFfmpeg([...rawFrames(width, height), ...packed], rgb);
}

/** The pixels of a PNG or JPEG file, scaled and cropped to a size. @throws RunFailure as the real server does when the file is broken. */
export async function decodePicture(file: Buffer, width: number, height: number): Promise<Raster> {
  const format = file[0] === 0xff ? 'mjpeg' : 'png';
  try {
    const rgb = await runFfmpeg(
      [
        '-f',
        'image2pipe',
        '-c:v',
        format,
        '-i',
        '-',
        '-frames:v',
        '1',
        '-vf',
        `scale=${width}:${height}:force_original_aspect_ratio=increase,crop=${width}:${height}`,
        '-pix_fmt',
        'rgb24',
        '-c:v',
        'rawvideo',
        '-f',
        'image2pipe',
        '-',
      ],
      file,
    );
    return { width, height, rgb: new Uint8Array(rgb) };
  } catch (error) {
    throw new RunFailure('PIL.UnidentifiedImageError', `cannot identify image file: ${String(error)}\n`);
  }
}
