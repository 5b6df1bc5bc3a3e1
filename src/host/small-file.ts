import { constants, open } from 'node:fs/promises';

/** A file that cannot be read as a whole; the message says why. */
export class SmallFileError extends Error {
  override name = 'SmallFileError';
}

/**
 * Reads the text of a file that a user or client wrote. It never waits for a pipe or a device, because a waiting read
 * blocks one of the four threads that do all file access.
 * @throws {SmallFileError}; the system's error if the file does not exist.
 */
export async function readSmallFile(file: string, mostBytes: number): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const info = await handle.stat();
    if (info.isDirectory()) throw new SmallFileError('this is a folder');
    if (!info.isFile()) throw new SmallFileError('this is a pipe or a device, not a file');
    if (info.size > mostBytes) throw new SmallFileError(`it has ${info.size} bytes, ${mostBytes} at most`);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
