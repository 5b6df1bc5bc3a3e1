import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const MB = 1024 * 1024;

export async function writeTestFile(file: string, megabytes: number): Promise<void> {
  const block = randomBytes(MB);
  const handle = await open(file, 'w');
  try {
    for (let written = 0; written < megabytes; written += 1) await handle.write(block);
  } finally {
    await handle.close();
  }
}

/** @returns MiB in a second. */
async function timed(megabytes: number, move: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await move();
  return megabytes / ((performance.now() - began) / 1000);
}

/** Fetches a file and throws it away. */
export const download = (url: string, megabytes: number): Promise<number> =>
  timed(
    megabytes,
    () =>
      new Promise<void>((resolve, reject) => {
        http
          .get(url, (response) => {
            if (response.statusCode !== 200) return reject(new Error(`HTTP ${response.statusCode}`));
            let bytes = 0;
            response
              .on('data', (chunk: Buffer) => (bytes += chunk.length))
              .on('error', reject)
              .on('end', () =>
                bytes === megabytes * MB ? resolve() : reject(new Error(`only ${bytes} bytes of ${url} came`)),
              );
          })
          .on('error', reject);
      }),
  );

/** Sends a file whose bytes are made while it is sent. */
export const upload = (url: string, megabytes: number): Promise<number> =>
  timed(megabytes, async () => {
    const block = randomBytes(MB);
    const request = http.request(url, { method: 'PUT', headers: { 'Content-Length': megabytes * MB } });
    const answered = new Promise<void>((resolve, reject) => {
      request
        .on('response', (response) => {
          response.resume().on('end', () => {
            if ((response.statusCode ?? 0) < 300) resolve();
            else reject(new Error(`HTTP ${response.statusCode}`));
          });
        })
        .on('error', reject);
    });
    const blocks = Readable.from(Array.from({ length: megabytes }, () => block));
    await Promise.all([pipeline(blocks, request), answered]);
  });
