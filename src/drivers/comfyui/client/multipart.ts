import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

/** A multipart/form-data body of some fields and one file. The file is streamed from disk; the length is known. */
export function multipart(
  fields: Record<string, string>,
  file: { field: string; name: string; path: string; size: number },
  onChunk: (bytes: number) => void,
): { body: Readable; headers: Record<string, string> } {
  const boundary = `gpu-middleware-${randomUUID()}`;
  const part = (disposition: string, rest: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${rest}`;
  const head = Buffer.from(
    Object.entries(fields)
      .map(([name, value]) => part(`name="${name}"`, `\r\n${value}\r\n`))
      .join('') +
      part(`name="${file.field}"; filename="${file.name}"`, 'Content-Type: application/octet-stream\r\n\r\n'),
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* chunks(): AsyncGenerator<Buffer> {
    yield head;
    // Sends only the announced bytes, even if the file grows meanwhile.
    for await (const chunk of createReadStream(file.path, { end: file.size - 1 })) {
      onChunk((chunk as Buffer).length);
      yield chunk as Buffer;
    }
    yield tail;
  }
  return {
    body: Readable.from(chunks(), { objectMode: false }),
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.length + file.size + tail.length),
    },
  };
}
