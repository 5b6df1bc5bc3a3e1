import { AppError } from '../../errors.ts';

/** Messages of Remotion when the fault is in the timeline or one of its files, so that trying again is no use. */
const REFUSALS = [
  /error loading image/i,
  /could not (?:be decoded|play|render) .*/i,
  /cannot (?:decode|render)/i,
  /moov atom not found/i,
  /invalid data found when processing input/i,
  /status code of 404/i,
  /unknown (?:container|input) format|unsupported (?:format|codec)/i,
];
/** Failures that may pass; checked before the refusals, since their messages may contain the same words. */
const MISHAPS = /timeout|timed out|delayrender|target closed|crash|ENOSPC|EPIPE|ENOMEM|ECONN|out of memory/i;

const DISK_FULL = /ENOSPC|no space left/i;

const LONGEST_CAUSE = 200;
/** The file in a system error, which an operator needs. */
const QUOTED = /'([^']+)'/;

/** Where Remotion's own frame server is asked for a frame of a file. */
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

/** Asset URLs of a render's own server as the paths that clients know. */
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
 * The renderer's own report of a failure as an error of the catalogue: `render_rejected` where trying again is no use, `disk_full`.
 * @param output what was being written
 */
export function failureOf(message: string, output: string): AppError {
  const [firstLine = ''] = readable(message).trim().split('\n');
  const cause = firstLine
    .replace(/^(Error: )+/, '')
    // Advice about a browser that is ours.
    .replace(/ This could be caused by Chrome .*$/, '')
    .slice(0, LONGEST_CAUSE);
  // ffmpeg does not say where there is no room; Node does, which may be the temporary folder.
  if (DISK_FULL.test(message))
    return new AppError('disk_full', message.includes('ENOSPC') ? (QUOTED.exec(cause)?.[1] ?? cause) : output);
  const refused = !MISHAPS.test(message) && REFUSALS.some((pattern) => pattern.test(message));
  return new AppError(refused ? 'render_rejected' : 'render_failed', cause);
}

/**
 * What was thrown, or that the disk is full if that was the reason.
 * @param folder named where the error does not say which file it was, as that of a write does not
 */
export function diskFullOf(error: unknown, folder: string): unknown {
  const { code, path: file, dest } = error as { code?: unknown; path?: string; dest?: string };
  return code === 'ENOSPC' ? new AppError('disk_full', dest ?? file ?? folder, { cause: error }) : error;
}
