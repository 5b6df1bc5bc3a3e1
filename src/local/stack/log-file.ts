import { closeSync, copyFileSync, mkdirSync, openSync, rmSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';

/** Kept of a log: this much in the file itself, and as much again, and what came between two looks, beside it in `<file>.1`. */
const LIMIT_BYTES = 10 * 1024 * 1024;
const LOOK_MS = 60_000;

export interface LogFile {
  file: string;
  limitBytes?: number;
  /** How often its size is looked at. */
  lookMs?: number;
}

/** Sets aside what a log that has grown large holds. Its program goes on writing to the same file, so that it is emptied, not renamed. */
function shorten(file: string, limitBytes: number): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= limitBytes) return;
  try {
    copyFileSync(file, `${file}.1`);
  } catch {
    // On a full disk room counts for more than old lines.
    rmSync(`${file}.1`, { force: true });
  }
  truncateSync(file);
}

/** A log that a program adds to. */
export interface OpenLog {
  descriptor: number;
  /** Keeps it small from now on; gives what ends that. */
  watch: () => () => void;
  close: () => void;
}

/** Opens a log for adding; never more than twice its limit is kept. */
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
          // Looked at again soon.
        }
      }, lookMs).unref();
      return () => clearInterval(timer);
    },
    close: () => closeSync(descriptor),
  };
}
