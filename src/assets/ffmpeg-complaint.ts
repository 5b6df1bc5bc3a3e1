import path from 'node:path';

const PARTS = /\[[^\s[\]]{1,100} @ 0x[0-9a-f]+\] ?/gi;
const ADDRESS = /\b0x[0-9a-f]{6,16}\b/gi;
/** An absolute path without spaces, such as that of a library. */
const PATH = /(^|[\s'"(=])(?:file:)?\/[^\s'":,)]*\/([^\s'":,)/]*)/g;

/**
 * The standard error of ffmpeg or ffprobe in a form for clients: without memory addresses, and with file names instead
 * of paths.
 * @param args its arguments; they contain the paths of its files
 * @param lines the number of last lines to keep
 */
export function complaintOf(stderr: string, args: readonly string[], lines = 1): string {
  const files = args
    .filter((arg) => arg.startsWith('file:'))
    .map((arg) => arg.slice('file:'.length))
    .toSorted((a, b) => b.length - a.length);
  const named = files.reduce(
    (text, file) => text.replaceAll(`file:${file}`, path.basename(file)).replaceAll(file, path.basename(file)),
    stderr,
  );
  return named
    .replaceAll(PARTS, '')
    .replaceAll(ADDRESS, '')
    .replaceAll(PATH, '$1$2')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-lines)
    .join('\n');
}
