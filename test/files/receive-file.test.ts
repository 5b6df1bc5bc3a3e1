import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { receiveFile } from '../../src/files/receive-file.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const MEGABYTE = 1024 * 1024;

test('Many uploads at the same time, each smaller than the space that is left, leave most of the reserve', async () => {
  const folder = await scratchFolder();
  let free = 40 * MEGABYTE;
  const reserve = 20 * MEGABYTE;
  async function* body() {
    for (let sent = 0; sent < 16; sent++) {
      free -= MEGABYTE;
      yield Buffer.alloc(MEGABYTE);
    }
  }
  const checkSpace = async (more: number): Promise<void> => {
    if (free - more < reserve) throw new AppError('insufficient_storage');
  };
  const receive = (index: number) =>
    receiveFile(body(), { file: path.join(folder, String(index)), mostBytes: 100 * MEGABYTE, checkSpace });
  const received = await Promise.allSettled(Array.from({ length: 4 }, (_, index) => receive(index)));
  expect(received.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
  expect(free).toBeGreaterThan(0);
});

test('A file that is synced several times while it comes is whole', async () => {
  const file = path.join(await scratchFolder(), 'large');
  async function* body() {
    for (let sent = 0; sent < 150; sent++) yield Buffer.alloc(MEGABYTE, sent);
  }
  const checkSpace = () => Promise.resolve();
  const received = await receiveFile(body(), { file, mostBytes: 200 * MEGABYTE, checkSpace });
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  expect(received).toEqual({ file, sizeBytes: 150 * MEGABYTE, sha256 });
});
