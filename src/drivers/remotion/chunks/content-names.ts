import path from 'node:path';
import type { Media } from '../../../film/media.ts';

/**
 * Names the content of each file of a film by the path that is drawn. The name of a converted file says how it was converted; of
 * any other the extension is kept, as it has always been.
 */
export function contentNames(media: Media): (src: string) => string {
  const names = new Map(
    [...media.entries()].map(([key, { src, content }]) => {
      const isOriginal = key.endsWith(`:${src}`);
      return [src, `${content} ${isOriginal ? path.extname(src).toLowerCase() : path.basename(src)}`];
    }),
  );
  return (src) => {
    const name = names.get(src);
    if (name === undefined) throw new Error(`${src} was not inspected`);
    return name;
  };
}
