import { statfs } from 'node:fs/promises';
import { AppError } from '../errors.ts';

/** Space that uploads must leave for tasks. */
export const RESERVE_BYTES = 1024 ** 3;

/** @throws {AppError} `insufficient_storage` if this many more bytes would not leave the reserve. */
export type CheckSpace = (moreBytes: number) => Promise<void>;

/** @param folder on the checked disk */
export const createCheckSpace =
  (folder: string, reserveBytes = RESERVE_BYTES): CheckSpace =>
  async (moreBytes) => {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize - moreBytes < reserveBytes) throw new AppError('insufficient_storage');
  };
