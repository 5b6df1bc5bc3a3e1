import type { Made } from '../nodes/node-class.ts';
import { createCaption, layCaption } from './caption.ts';
import { decodePicture, encodePicture } from './ffmpeg-picture.ts';
import { paintScene, type Raster } from './scene.ts';

/** What a node made as pixels, without words: a picture that came in, scaled, or a landscape. */
export const rasterOf = async (made: Made, width: number, height: number, index = 0): Promise<Raster> =>
  made.file === undefined ? paintScene(made, width, height, index) : decodePicture(made.file, width, height);

/** The picture that a node saves. @param index in its batch. */
export async function picturePng(made: Made, index: number): Promise<Buffer> {
  const { width = 512, height = 512 } = made;
  const raster = await rasterOf(made, width, height, index);
  const caption = createCaption(made, width, height);
  if (caption !== undefined) layCaption(raster, caption);
  return encodePicture(raster);
}
