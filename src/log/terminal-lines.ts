import { fstatSync, writeSync } from 'node:fs';

/** The most bytes that wait for a reader of standard output that does not read. */
const MOST_WAITING_BYTES = 256 * 1024;

const STDOUT = 1;

/** Node's own stream for a file takes nothing any more once a write has failed. */
function standardOutput(): (text: string) => void {
  if (fstatSync(STDOUT).isFile()) return (text) => void writeSync(STDOUT, text);
  const { stdout } = process;
  // A closed terminal must not end the process.
  stdout.on('error', () => undefined);
  return (text) => {
    if (stdout.writableLength > MOST_WAITING_BYTES) throw new Error('nobody reads');
    stdout.write(text);
  };
}

/**
 * Lines on standard output. Where that takes nothing (its file's disk is full, its reader is gone or asleep) lines are
 * lost, and counted; the next one that is taken is preceded by one that says how many.
 */
export function createTerminalLines(
  lossLine: (lost: number, reason: string) => string,
  write: (text: string) => void = standardOutput(),
): (line: string) => void {
  let lost = 0;
  let reason = '';
  return (line) => {
    try {
      write(lost === 0 ? `${line}\n` : `${lossLine(lost, reason)}\n${line}\n`);
      lost = 0;
    } catch (error) {
      lost += 1;
      reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    }
  };
}
