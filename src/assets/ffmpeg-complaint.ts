import path from 'node:path';

const PARTS = /\[[^\s[\]]{1,100} @ 0x[0-9a-f]+\] ?/gi;
const ADDRESS = /\b0x[0-9a-f]{6,16}\b/gi;
/** An absolute path without spaces, such as that of a library. */
const PATH = /(^|[\s'"(=])(?:file:)?\/[^\s'":,)]*\/([^\s'":,)/]*)/g;

/**
 * What ffmpeg or ffprobe wrote to standard error as a client may read it: without the addresses of its parts in memory, and with the
 * names of files in place of their paths.
 * @param args what it was started with: they name its files, whatever characters these have
 * @param lines so many of the last are kept
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
