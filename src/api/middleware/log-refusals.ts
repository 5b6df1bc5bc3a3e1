import type { Request, Response } from 'express';
import { type AppError, messageOf } from '../../errors.ts';
import type { Logger } from '../../logging.ts';
import { requestIdOf } from './request-id.ts';

const MINUTE_MS = 60_000;
/** A client with a bad loop must not push everything else out of the log. */
const MOST_LINES = 100;

/**
 * Writes a line about every refused and every failed request, with its id. Lines about refusals are limited to a
 * hundred a minute, and have no words of the client but the path.
 */
export function createRequestLog({ logger, now = Date.now }: { logger: Logger; now?: () => number }) {
  let window = { began: now(), lines: 0 };
  const refused = (line: string): void => {
    if (now() - window.began >= MINUTE_MS) {
      const left = window.lines - MOST_LINES;
      if (left > 0) logger.info(`⛔ ${left} more requests were refused`);
      window = { began: now(), lines: 0 };
    }
    window.lines += 1;
    if (window.lines <= MOST_LINES) logger.info(line);
  };
  return ({ method, path }: Request, response: Response, error: AppError, client: string): void => {
    const about = `${method} ${path.slice(0, 200)}`;
    const id = `request ${requestIdOf(response)}`;
    const { status } = error.entry;
    if (status < 500) return refused(`⛔ ${about}: ${status} ${error.code} (client ${client}, ${id})`);
    const cause = error.cause === undefined ? '' : messageOf(error.cause);
    const more = error.message.includes(cause) ? '' : ` (${cause})`;
    return logger.error(`❌ ${about}: ${error.message}${more} (${id})`);
  };
}
