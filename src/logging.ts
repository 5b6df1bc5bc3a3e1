import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createLinesFile } from './log/lines-file.ts';
import { oneLine } from './log/one-line.ts';
import { createTerminalLines } from './log/terminal-lines.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** The logger of every part of the middleware. Messages never contain prompts, payloads or secrets. */
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

/** One log line. Whatever the message holds, the line is one record: see `oneLine`. */
export function formatLine(date: Date, name: string, level: string, message: string): string {
  const word = LEVEL_WORDS[level] ?? level.toUpperCase();
  return `${timestamp(date)} - ${name} - ${word} - ${oneLine(message)}`;
}

const loggerOf = (at: (level: Level) => (message: string) => void, named: Logger['named']): Logger => ({
  debug: at('debug'),
  info: at('info'),
  warn: at('warn'),
  error: at('error'),
  named,
});

/** A logger that hands each line to a function: for tests and for the set-up commands. */
export function createLineLogger(name: string, write: (line: string) => void): Logger {
  const at = (level: Level) => (message: string) => write(formatLine(new Date(), name, level, message));
  return loggerOf(at, (other) => createLineLogger(other, write));
}

const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** The same destination without messages below a level. */
function fromLevel(level: Level, logger: Logger): Logger {
  const from = LEVELS.indexOf(level);
  const at = (which: Level) => (LEVELS.indexOf(which) < from ? () => undefined : logger[which]);
  return loggerOf(at, (other) => fromLevel(level, logger.named(other)));
}

/**
 * A logger that writes the documented lines to `<dir>/<file>` (set aside at 10 MB, five kept) and to the terminal. A
 * full disk costs it lines and nothing else: it goes on when there is room, and says how many are missing.
 * @throws when the folder cannot be made.
 */
export function createLogger(options: { name: string; dir: string; file: string; level: Level }): Logger {
  const { name, dir } = options;
  mkdirSync(dir, { recursive: true });
  const lossLine = (lost: number, reason: string): string =>
    formatLine(
      new Date(),
      name,
      'warn',
      `⚠️ ${lost} log lines are missing here: they could not be written (${reason})`,
    );
  const terminal = createTerminalLines(lossLine);
  const file = createLinesFile({
    file: path.join(dir, options.file),
    mostBytes: 10 * 1024 * 1024,
    files: 5,
    lossLine,
    onTrouble: (reason, tries) => {
      if (tries > 1) return;
      const text = `⚠️ ${options.file} cannot be written (${reason}); logging resumes when it can be written again`;
      terminal(formatLine(new Date(), name, 'warn', text));
    },
  });
  const logger = createLineLogger(name, (line) => {
    terminal(line);
    file.add(line);
  });
  return fromLevel(options.level, logger);
}
