import { AppError } from '../../errors.ts';

/** Messages of Remotion for a fault in the timeline or one of its files, so that another try cannot help. */
const REFUSALS = [
  /error loading image/i,
  /could not (?:be decoded|play|render) .*/i,
  /cannot (?:decode|render)/i,
  /moov atom not found/i,
  /invalid data found when processing input/i,
  /status code of 404/i,
  /unknown (?:container|input) format|unsupported (?:format|codec)/i,
];
/** Temporary failures. They are checked before the refusals, because their messages may contain the same words. */
const MISHAPS = /timeout|timed out|delayrender|target closed|crash|ENOSPC|EPIPE|ENOMEM|ECONN|out of memory/i;

const DISK_FULL = /ENOSPC|no space left/i;

const LONGEST_CAUSE = 200;
/** The file in a system error, for operators. */
const QUOTED = /'([^']+)'/;

/** A request for a frame of a file to Remotion's own frame server. */
const PROXIED = /http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):\d+\/proxy\?src=([^\s&"'<>)]+)[^\s"'<>)]*/g;

function withoutProxy(text: string): string {
  return text.replace(PROXIED, (_whole, encoded: string) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return 'a file';
    }
  });
}

/** Converts asset URLs of a render's own server into the paths that clients know. */
const readable = (text: string): string =>
  withoutProxy(text).replace(
    /(?:http:\/\/[\da-f]{32}\.localhost:\d+)?\/public\/assets\/([^\s"'<>)]+)/g,
    (whole, encoded: string) => {
      try {
        return decodeURIComponent(encoded);
      } catch {
        return whole;
      }
    },
  );

/**
 * Converts the renderer's message about a failure into an error of the catalogue: `render_rejected` if another try
 * cannot help, `disk_full`, or `render_failed`.
 * @param output the file that was being written
 */
export function failureOf(message: string, output: string): AppError {
  const [firstLine = ''] = readable(message).trim().split('\n');
  const cause = firstLine
    .replace(/^(Error: )+/, '')
    // Removes advice about Chrome, because the browser is ours.
    .replace(/ This could be caused by Chrome .*$/, '')
    .slice(0, LONGEST_CAUSE);
  // ffmpeg does not say which disk is full. Node does; it may be the disk of the temporary folder.
  if (DISK_FULL.test(message))
    return new AppError('disk_full', message.includes('ENOSPC') ? (QUOTED.exec(cause)?.[1] ?? cause) : output);
  const refused = !MISHAPS.test(message) && REFUSALS.some((pattern) => pattern.test(message));
  return new AppError(refused ? 'render_rejected' : 'render_failed', cause);
}

/**
 * Returns the thrown error, or `disk_full` if a full disk was the reason.
 * @param folder named if the error does not contain a file, as errors of writes do not
 */
export function diskFullOf(error: unknown, folder: string): unknown {
  const { code, path: file, dest } = error as { code?: unknown; path?: string; dest?: string };
  return code === 'ENOSPC' ? new AppError('disk_full', dest ?? file ?? folder, { cause: error }) : error;
}
