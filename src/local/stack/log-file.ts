import { closeSync, copyFileSync, mkdirSync, openSync, rmSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';

/**
 * The size limit of a log file. The older part, with the same limit plus the growth between two checks, is kept in
 * `<file>.1`.
 */
const LIMIT_BYTES = 10 * 1024 * 1024;
const LOOK_MS = 60_000;

export interface LogFile {
  file: string;
  limitBytes?: number;
  /** How often the size is checked. */
  lookMs?: number;
}

/**
 * Moves the content of a large log to `<file>.1`. Its program continues to write to the same file, so the file is
 * emptied, not renamed.
 */
function shorten(file: string, limitBytes: number): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= limitBytes) return;
  try {
    copyFileSync(file, `${file}.1`);
  } catch {
    // On a full disk, free space is more important than old lines.
    rmSync(`${file}.1`, { force: true });
  }
  truncateSync(file);
}

/** A log to which a program appends. */
export interface OpenLog {
  descriptor: number;
  /** Keeps the log small from now on. @returns a function that ends this. */
  watch: () => () => void;
  close: () => void;
}

/** Opens a log for appending. At most twice its limit is kept. */
export function openLog({ file, limitBytes = LIMIT_BYTES, lookMs = LOOK_MS }: LogFile): OpenLog {
  mkdirSync(path.dirname(file), { recursive: true });
  shorten(file, limitBytes);
  const descriptor = openSync(file, 'a');
  return {
    descriptor,
    watch: () => {
      const timer = setInterval(() => {
        try {
          shorten(file, limitBytes);
        } catch {
          // The next check tries again.
        }
      }, lookMs).unref();
      return () => clearInterval(timer);
    },
    close: () => closeSync(descriptor),
  };
}
