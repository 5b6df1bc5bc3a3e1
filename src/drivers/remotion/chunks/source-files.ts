import type { Picture } from '../../../film/film.ts';

/** The source files of a picture, each once, relative to the asset folder. */
export const sourceFilesOf = ({ clips, watermark }: Picture): string[] => [
  ...new Set([
    ...clips.flatMap((clip) => ('src' in clip ? [clip.src] : [])),
    ...(watermark === null ? [] : [watermark.src]),
  ]),
];
