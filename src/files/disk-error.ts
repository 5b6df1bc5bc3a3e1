import { AppError, messageOf } from '../errors.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** What the system says about the disk, as the client is to see it; all other errors as they are. */
export function diskError(thrown: unknown): unknown {
  if (thrown instanceof AppError || !(thrown instanceof Error) || !('syscall' in thrown)) return thrown;
  const { code = '' } = thrown as NodeJS.ErrnoException;
  return FULL.has(code)
    ? new AppError('insufficient_storage', undefined, { cause: thrown })
    : new AppError('asset_folder_unavailable', messageOf(thrown), { cause: thrown });
}
