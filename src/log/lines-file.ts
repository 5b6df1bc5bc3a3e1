import { open, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** The most bytes that wait for a disk that takes nothing; further lines are lost and counted. */
const MOST_WAITING_BYTES = 256 * 1024;
const RETRY_MS = 1000;
/** After a write, lines gather for so long: a first line is written at once, and a busy process writes many together. */
const GATHER_MS = 20;

export interface LinesFileOptions {
  file: string;
  /** A file that has grown to that is set aside. */
  mostBytes: number;
  /** How many files are kept, with the one that is written. */
  files: number;
  /** The line that says how many lines were lost, and why. */
  lossLine: (lost: number, reason: string) => string;
  /** Called after each failed try with the number of failures in a row. */
  onTrouble?: (reason: string, tries: number) => void;
  retryMs?: number;
}

/** A file that lines are added to. */
export interface LinesFile {
  /** Never throws and never waits. @param line without its end */
  add(line: string): void;
}

/** `server.log`, `server1.log`, … */
const numbered = (file: string, index: number): string =>
  index === 0 ? file : file.replace(/(\.[^./]*)?$/, (extension) => `${index}${extension}`);

async function setAside({ file, files }: LinesFileOptions): Promise<void> {
  if (files < 2) return rm(file, { force: true });
  for (let index = files - 2; index >= 0; index -= 1) {
    await rename(numbered(file, index), numbered(file, index + 1)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }
}

/** Adds to the file. @returns how many bytes it took, and the error that kept it from taking all. */
async function append(file: string, bytes: Buffer): Promise<{ written: number; error: unknown }> {
  let written = 0;
  try {
    const handle = await open(file, 'a');
    try {
      while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten;
    } finally {
      await handle.close();
    }
    return { written, error: undefined };
  } catch (error) {
    return { written, error };
  }
}

/**
 * Lines in a file that outlive its trouble: on a full disk, or without their folder, they wait in a bounded memory, and
 * the file goes on to the byte where it stopped when there is room again. One line then says how many had to be left
 * out.
 */
export function createLinesFile(options: LinesFileOptions): LinesFile {
  const { file, mostBytes, lossLine, onTrouble, retryMs = RETRY_MS } = options;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let reason = '';
  let busy = false;
  let triesInVain = 0;

  const grown = async (): Promise<boolean> => (await stat(file)).size >= mostBytes;

  const put = (bytes: Buffer): void => {
    waiting.push(bytes);
    waitingBytes += bytes.length;
  };

  /** Begins the line about the loss. @returns how many lost lines it counts. */
  function tell(): number {
    const told = lost;
    put(Buffer.from(`${lossLine(told, reason)}\n`));
    lost = 0;
    return told;
  }

  /** The file does not even take the line about the loss; lines that came in the meantime belong to the same gap. */
  function untell(told: number): void {
    lost = told + waiting.length;
    waiting = [];
    waitingBytes = 0;
  }

  /** @returns whether all is in the file. */
  async function writeAll(): Promise<boolean> {
    while (waiting.length > 0 || lost > 0) {
      const told = waiting.length === 0 ? tell() : 0;
      const bytes = Buffer.concat(waiting.splice(0));
      if (await grown().catch(() => false)) await setAside(options).catch(() => undefined);
      const { written, error } = await append(file, bytes);
      waitingBytes -= written;
      if (error === undefined) {
        await delay(GATHER_MS);
        continue;
      }
      reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
      if (told > 0 && written === 0) untell(told);
      else waiting.unshift(bytes.subarray(written));
      return false;
    }
    return true;
  }

  async function work(): Promise<void> {
    busy = true;
    const done = await writeAll();
    triesInVain = done ? 0 : triesInVain + 1;
    if (done) return void (busy = false);
    onTrouble?.(reason, triesInVain);
    setTimeout(() => void work(), retryMs).unref();
  }

  return {
    add(line) {
      const bytes = Buffer.from(`${line}\n`);
      // After the first lost line, all lines are dropped until the loss can be reported, so the file has one gap.
      if (lost > 0 || waitingBytes + bytes.length > MOST_WAITING_BYTES) lost += 1;
      else put(bytes);
      if (!busy) void work();
    },
  };
}
