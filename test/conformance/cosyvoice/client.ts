import http from 'node:http';

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
  /** The body came to its end; otherwise the connection was cut. */
  whole: boolean;
  /** Milliseconds until the headers and until the first byte of the body. */
  headersAfter: number;
  bytesAfter: number | undefined;
}

export type Part = string | { file: Buffer; filename?: string };

const BOUNDARY = '----conformance';

/** A multipart form as curl sends it. A file without a name has no `filename=`. */
export function multipart(parts: Record<string, Part>): { type: string; body: Buffer } {
  const pieces = Object.entries(parts).flatMap(([name, part]) => {
    const filename = typeof part === 'string' || part.filename === undefined ? '' : `; filename="${part.filename}"`;
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${filename}\r\n\r\n`;
    return [Buffer.from(head), typeof part === 'string' ? Buffer.from(part) : part.file, Buffer.from('\r\n')];
  });
  const body = Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]);
  return { type: `multipart/form-data; boundary=${BOUNDARY}`, body };
}

export const urlencoded = (fields: Record<string, string>): { type: string; body: Buffer } => ({
  type: 'application/x-www-form-urlencoded',
  body: Buffer.from(new URLSearchParams(fields).toString()),
});

/** Node's own fetch sends no body with GET, so this is the plain client. */
export function ask(url: string, method = 'GET', form?: { type: string; body: Buffer }): Promise<Answer> {
  const headers = form === undefined ? {} : { 'content-type': form.type, 'content-length': form.body.length };
  const started = performance.now();
  return new Promise((resolve, reject) => {
    let answers = false;
    const request = http.request(url, { method, headers, agent: false }, (response) => {
      answers = true;
      const headersAfter = performance.now() - started;
      let bytesAfter: number | undefined;
      const parts: Buffer[] = [];
      const end = (): void =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts),
          whole: response.complete,
          headersAfter,
          bytesAfter,
        });
      response.on('data', (part: Buffer) => {
        bytesAfter ??= performance.now() - started;
        parts.push(part);
      });
      response.on('end', end);
      response.on('error', end);
    });
    // Since Node 24 a reset in the middle of an answer is an error of the request, too.
    request.on('error', (error) => {
      if (!answers) reject(error);
    });
    request.end(form?.body);
  });
}

export const json = ({ body }: Answer): { detail: unknown } & Record<string, unknown> =>
  JSON.parse(body.toString()) as { detail: unknown } & Record<string, unknown>;

/** The sizes of the chunks of an answer as it comes off the wire; the last one is 0. */
export function chunkSizes(wire: Buffer): number[] {
  const sizes: number[] = [];
  for (let at = wire.indexOf('\r\n\r\n') + 4; at < wire.length;) {
    const end = wire.indexOf('\r\n', at);
    const size = Number.parseInt(wire.toString('latin1', at, end), 16);
    sizes.push(size);
    at = end + 2 + size + 2;
  }
  return sizes;
}
