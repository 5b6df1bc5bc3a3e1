/**
 * `ENOENT: no such file or directory, open '/srv/a' -> '/srv/b'`, up to the last quote of the line, because a path may
 * contain quotes and may be cut.
 */
const OF_FILE = /\b(E[A-Z0-9]{2,20}: [^,'\n]{1,100}, [a-z]{1,20}) '(?:\/|[A-Za-z]:\\)(?:[^\n]*'|[^\n]*)/g;
/** `spawn /usr/bin/ffmpeg ENOENT`; the name of the program is enough. */
const OF_PROGRAM = /\bspawn (?:\/[^/\n]*)*\/([^/\n]+? E[A-Z0-9]{2,20})\b/g;

/** Any other absolute path, after a character that may precede a path. Its last name is enough. */
const ABSOLUTE = /(^|[\s'"`=:([{<,;]|file:\/\/)(\/[^\s/'"`<>|;,)\]}]+(?:\/[^\s/'"`<>|;,)\]}]+)+)/g;
/** `C:\Users\me\x.safetensors`, with either slash, and `\\server\share\x`. */
const OF_WINDOWS = /(^|[\s'"`=([{<,;:])(?:[A-Za-z]:[\\/]|\\\\)(?:[^\s\\/'"`<>|;,)\]}]+[\\/]+)*([^\s\\/'"`<>|;,)\]}]*)/g;
/** The first names of the API's paths, of engines' routes, and of files in the form of the earlier service. */
const PAGES =
  /^\/(?:assets|tasks|task_status|status|pipelines|queue|voices|templates|submit_|health|inference_|api|view|prompt|history|models|upload|object_info|openapi)/;
/** Below these folders, two names are a path of the machine; elsewhere three names are. */
const ROOTS =
  /^\/(?:app|data|dev|etc|home|lib|lib64|media|mnt|nix|opt|private|proc|root|run|srv|tmp|usr|Users|var|Volumes|work|workspace)\//;

/** ` @ 0x55d0c8a0b2c0` from ffmpeg, ` at 0x7f3c…` from Python. Shorter numbers are error codes. */
const ADDRESS = / ?(?:(?:@|\bat) 0x[0-9a-f]{1,16}|\b0x[0-9a-f]{9,16})\b/gi;

const isOfMachine = (path: string): boolean => !PAGES.test(path) && (ROOTS.test(path) || path.split('/').length > 3);

/**
 * Removes the server's paths and memory addresses from a message. System errors, ffmpeg and Python write them, and
 * clients cannot use them. The last name of a path stays. Pass only texts of limited length.
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
