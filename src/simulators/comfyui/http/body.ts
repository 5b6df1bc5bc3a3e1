import type { IncomingMessage } from 'node:http';

/** A body was larger than the server takes. */
export class BodyTooLarge extends Error {
  constructor(limit: number) {
    super(`Maximum request body size ${limit} exceeded.`);
    this.name = 'BodyTooLarge';
  }
}

/** @throws BodyTooLarge */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limit) throw new BodyTooLarge(limit);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** @throws when it is not JSON, which the real server answers with 500. */
export const json = (body: Buffer): unknown => JSON.parse(body.toString()) as unknown;
