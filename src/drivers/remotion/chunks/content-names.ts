import path from 'node:path';
import type { Media } from '../../../film/media.ts';

/**
 * Returns a function from the path of a drawn file to a name for its content. For a converted file, this includes the
 * converted name, which depends on the conversion; for any other file, it includes the extension, as it always has.
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
