import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

/** What happens to the text of a body on its way. */
export const broken: fc.Arbitrary<(json: string) => string> = fc.oneof(
  { weight: 8, arbitrary: fc.constant((json: string) => json) },
  {
    weight: 1,
    arbitrary: fc
      .double({ min: 0, max: 1, noNaN: true })
      .map((part) => (json: string) => json.slice(0, Math.floor(json.length * part))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.string({ unit: 'binary', maxLength: 5 }), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([more, part]) => (json: string) => {
        const at = Math.floor(json.length * part);
        return json.slice(0, at) + more + json.slice(at);
      }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        '"task_type":1,',
        '"steps":[],',
        '"payload":{},"payload":null,',
        '"priority":1e400,',
        `"priority":${'9'.repeat(500)},`,
      )
      .map((more) => (json: string) => json.replace('{', `{${more}`)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      (json: string) => `\uFEFF${json}`,
      (json: string) => `${json}${json}`,
      () => '',
      () => 'null',
      () => '[]',
      () => '"x"',
      () => '1e999',
    ),
  },
);

/** How a body is encoded, and what the request says about it. */
export const encoding: fc.Arbitrary<{ name?: string; make: (body: Buffer) => Buffer }> = fc.oneof(
  { weight: 9, arbitrary: fc.constant({ make: (body: Buffer) => body }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<{ name?: string; make: (body: Buffer) => Buffer }>(
      { name: 'gzip', make: (body) => gzipSync(body) },
      { name: 'gzip', make: (body) => body },
      { name: 'gzip', make: (body) => gzipSync(body).subarray(0, 20) },
      { name: 'deflate', make: (body) => body },
      { name: 'br', make: (body) => body },
      { name: 'x', make: (body) => body },
      { make: (body) => gzipSync(body) },
      { make: (body) => Buffer.from(body.toString(), 'utf16le') },
      { make: (body) => Buffer.concat([body, Buffer.from([0xff, 0xfe, 0xc0])]) },
    ),
  },
);

/** A value that was copied into itself again and again may be longer than a text can be. */
export function writtenOut(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch (error) {
    if (error instanceof RangeError) return '{}';
    throw error;
  }
}
