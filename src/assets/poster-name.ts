import path from 'node:path';

/** `films/a.mp4` → `films/a.poster.jpg` */
export const posterOf = (film: string): string => path.join(path.dirname(film), `${path.parse(film).name}.poster.jpg`);
