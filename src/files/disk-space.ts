import { statfs } from 'node:fs/promises';
import { AppError } from '../errors.ts';

/** Left for the tasks: no upload takes it. */
export const RESERVE_BYTES = 1024 ** 3;

/** @throws {AppError} `insufficient_storage` when so many more bytes would not leave the reserve. */
export type CheckSpace = (moreBytes: number) => Promise<void>;

/** @param folder on the disk that is looked at */
export const createCheckSpace =
  (folder: string, reserveBytes = RESERVE_BYTES): CheckSpace =>
  async (moreBytes) => {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize - moreBytes < reserveBytes) throw new AppError('insufficient_storage');
  };
