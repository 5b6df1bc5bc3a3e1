import { encodePng } from '../../../local/demo/png.ts';
import type { Made } from '../nodes/node-class.ts';
import { paintScene } from './scene.ts';

/** The picture that a node saves: what came in as a file goes out as it is, everything else is painted. @param index in its batch. */
export async function picturePng(made: Made, index: number): Promise<Buffer> {
  if (made.file !== undefined && made.text === undefined) return made.file;
  const { width = 512, height = 512 } = made;
  return encodePng(width, height, paintScene(made, width, height, index).rgb);
}
