/**
 * `ENOENT: no such file or directory, open '/srv/a' -> '/srv/b'`, to the last quote of the line: a path may hold
 * quotes, and be cut.
 */
const OF_FILE = /\b(E[A-Z0-9]{2,20}: [^,'\n]{1,100}, [a-z]{1,20}) '(?:\/|[A-Za-z]:\\)(?:[^\n]*'|[^\n]*)/g;
/** `spawn /usr/bin/ffmpeg ENOENT`: the program's name says enough. */
const OF_PROGRAM = /\bspawn (?:\/[^/\n]*)*\/([^/\n]+? E[A-Z0-9]{2,20})\b/g;

/** Any other absolute path, after something that a path may begin behind. The last name of it says enough. */
const ABSOLUTE = /(^|[\s'"`=:([{<,;]|file:\/\/)(\/[^\s/'"`<>|;,)\]}]+(?:\/[^\s/'"`<>|;,)\]}]+)+)/g;
/** `C:\Users\me\x.safetensors`, with either slash, and `\\server\share\x`. */
const OF_WINDOWS = /(^|[\s'"`=([{<,;:])(?:[A-Za-z]:[\\/]|\\\\)(?:[^\s\\/'"`<>|;,)\]}]+[\\/]+)*([^\s\\/'"`<>|;,)\]}]*)/g;
/** First names of the API's pages, of engines' routes, and of files as earlier clients know them. */
const PAGES =
  /^\/(?:assets|tasks|task_status|status|pipelines|queue|voices|templates|submit_|health|inference_|api|view|prompt|history|models|upload|object_info|openapi)/;
/** Under these, two names are a path of a machine; elsewhere three are. */
const ROOTS =
  /^\/(?:app|data|dev|etc|home|lib|lib64|media|mnt|nix|opt|private|proc|root|run|srv|tmp|usr|Users|var|Volumes|work|workspace)\//;

/** ` @ 0x55d0c8a0b2c0` of ffmpeg, ` at 0x7f3c…` of Python. Shorter numbers are codes of errors. */
const ADDRESS = / ?(?:(?:@|\bat) 0x[0-9a-f]{1,16}|\b0x[0-9a-f]{9,16})\b/gi;

const isOfMachine = (path: string): boolean => !PAGES.test(path) && (ROOTS.test(path) || path.split('/').length > 3);

/**
 * A message without the server's paths and addresses of memory, which system errors, ffmpeg and Python write into it:
 * clients have no use for them. The last name of a path stays. Pass only texts that are already cut.
 */
export const withoutPaths = (message: string): string =>
  message
    .replaceAll(OF_FILE, '$1')
    .replaceAll(OF_PROGRAM, 'spawn $1')
    .replaceAll(OF_WINDOWS, (_whole, before: string, name: string) => `${before}…/${name}`)
    .replaceAll(ABSOLUTE, (whole, before: string, path: string) =>
      isOfMachine(path) ? `${before === 'file://' ? '' : before}…/${path.slice(path.lastIndexOf('/') + 1)}` : whole,
    )
    .replaceAll(ADDRESS, '');
