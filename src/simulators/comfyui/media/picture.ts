import type { Canvas, Image } from '@napi-rs/canvas';
import type { Made } from '../nodes/node-class.ts';
import { RunFailure } from '../run/failure.ts';
import { loadCanvas } from './canvas.ts';
import { drawCaption } from './caption.ts';
import { paintScene } from './scene.ts';

/** @throws RunFailure as the real server does when it cannot open a picture. */
async function decode(file: Buffer): Promise<Image> {
  const { loadImage } = await loadCanvas();
  try {
    return await loadImage(file);
  } catch (error) {
    throw new RunFailure('PIL.UnidentifiedImageError', `cannot identify image file: ${String(error)}\n`);
  }
}

/** Width and height of a picture's file. @throws RunFailure as the real server does when it cannot open it. */
export async function pictureSize(file: Buffer): Promise<{ width: number; height: number }> {
  const { width, height } = await decode(file);
  return { width, height };
}

/**
 * Paints the picture of a node without its caption: an input picture, scaled and cropped to the size, or a landscape.
 */
export async function paintPicture(made: Made, width: number, height: number, index = 0): Promise<Canvas> {
  const canvas = (await loadCanvas()).createCanvas(width, height);
  const context = canvas.getContext('2d');
  if (made.file === undefined) {
    paintScene(context, made, index);
    return canvas;
  }
  const image = await decode(made.file);
  const scale = Math.max(width / image.width, height / image.height);
  const [wide, tall] = [image.width * scale, image.height * scale];
  context.fillRect(0, 0, width, height);
  context.drawImage(image, (width - wide) / 2, (height - tall) / 2, wide, tall);
  return canvas;
}

/** The picture that a node saves. @param index in its batch. */
export async function picturePng(made: Made, index: number): Promise<Buffer> {
  const { width = 512, height = 512 } = made;
  const canvas = await paintPicture(made, width, height, index);
  drawCaption(canvas.getContext('2d'), made);
  return canvas.encode('png');
}
