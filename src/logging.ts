import { mkdirSync } from 'node:fs';
import path from 'node:path';
import winston from 'winston';

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** What every part of the middleware logs through. Messages never hold prompts, payloads or secrets. */
export interface Logger {
  debug: (message: string) => void;
  info: (message: string) => void;
  warn: (message: string) => void;
  error: (message: string) => void;
  /** The same destination under another name. */
  named: (name: string) => Logger;
}

const LEVEL_WORDS: Record<string, string> = { debug: 'DEBUG', info: 'INFO', warn: 'WARNING', error: 'ERROR' };
const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** `2026-01-04 09:32:56,732`, local time: the stamp that Python's logging writes, which the documented lines have. */
export function timestamp(date: Date): string {
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())},${pad(date.getMilliseconds(), 3)}`;
}

/** One log line; line breaks inside a message are folded, so that a line is always one record. */
export function formatLine(date: Date, name: string, level: string, message: string): string {
  const word = LEVEL_WORDS[level] ?? level.toUpperCase();
  return `${timestamp(date)} - ${name} - ${word} - ${message.trimEnd().replace(/\s*\n\s*/g, ' | ')}`;
}

function wrap(target: winston.Logger, name: string): Logger {
  const at = (level: Level) => (message: string) => void target.log(level, message, { loggerName: name });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    named: (other) => wrap(target, other),
  };
}

/**
 * A logger that writes the documented lines to `<dir>/<file>` (rotated at 10 MB, five kept) and to the terminal.
 * @throws when the folder cannot be made.
 */
export function createLogger(options: { name: string; dir: string; file: string; level: Level }): Logger {
  mkdirSync(options.dir, { recursive: true });
  const target = winston.createLogger({
    level: options.level,
    format: winston.format.printf((info) =>
      formatLine(new Date(), String(info['loggerName']), info.level, String(info.message)),
    ),
    transports: [
      new winston.transports.Console({ stderrLevels: [] }),
      new winston.transports.File({
        filename: path.join(options.dir, options.file),
        maxsize: 10 * 1024 * 1024,
        maxFiles: 5,
        tailable: true,
      }),
    ],
  });
  // A full disk or a closed terminal must not end the process.
  target.on('error', () => undefined);
  return wrap(target, options.name);
}

/** A logger that hands each line to a function: for tests and for the set-up commands. */
export function createLineLogger(name: string, write: (line: string) => void): Logger {
  const at = (level: Level) => (message: string) => write(formatLine(new Date(), name, level, message));
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    named: (other) => createLineLogger(other, write),
  };
}
