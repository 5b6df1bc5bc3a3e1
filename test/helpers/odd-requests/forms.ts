import fc from 'fast-check';
import { moreHeaders } from './headers.ts';
import type { OddRequest } from './requests.ts';
import { oddName } from './values.ts';

const BOUNDARY = 'b0undary';
const part = fc.record({
  name: fc.oneof(
    fc.constantFrom('voice_id', 'recording', 'transcript', 'language', 'mode', 'replace', 'speaker', 'instruction'),
    oddName,
  ),
  file: fc.option(fc.constantFrom('a.wav', '', '../a.wav', 'a\0.wav', '狐.mp3', 'x'.repeat(400)), { nil: undefined }),
  content: fc.oneof(
    fc
      .constantFrom('luna', 'bob', 'What is said.', 'true', 'clone', 'instruct', '__proto__', 'con', '../x', '\0', '')
      .map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(1000, 70_000).map((length) => Buffer.alloc(length, 'a')),
  ),
});

/** Forms for `POST /voices`, whole and broken. @param sound of a recording that is right. */
export const oddForms = (sound: Buffer): fc.Arbitrary<OddRequest> =>
  fc
    .record({
      parts: fc.array(part, { maxLength: 6 }),
      whole: fc.boolean(),
      ends: fc.constantFrom(`--${BOUNDARY}--\r\n`, `--${BOUNDARY}`, '', '--x--\r\n'),
      type: fc.oneof(
        { weight: 6, arbitrary: fc.constant(`multipart/form-data; boundary=${BOUNDARY}`) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            'multipart/form-data',
            'multipart/form-data; boundary=',
            'multipart/form-data; boundary="',
            `multipart/form-data; boundary=${'x'.repeat(200)}`,
            'application/json',
          ),
        },
      ),
      line: fc.constantFrom('\r\n', '\r\n', '\r\n', '\n'),
      more: moreHeaders,
    })
    .map(({ parts, whole, ends, type, line, more }) => {
      const right = whole
        ? [
            { name: 'voice_id', file: undefined, content: Buffer.from('luna') },
            { name: 'replace', file: undefined, content: Buffer.from('true') },
            { name: 'transcript', file: undefined, content: Buffer.from('What is said.') },
            { name: 'recording', file: 'a.wav', content: sound },
          ]
        : [];
      const bytes = [...right, ...parts].flatMap(({ name: field, file, content }) => [
        Buffer.from(
          `--${BOUNDARY}${line}Content-Disposition: form-data; name="${field.replace(/[\r\n"]/g, '_')}"${file === undefined ? '' : `; filename="${file}"`}${line}${line}`,
        ),
        content,
        Buffer.from(line),
      ]);
      return {
        method: 'POST',
        path: '/voices',
        headers: { ...more, 'Content-Type': type },
        body: Buffer.concat([...bytes, Buffer.from(ends)]),
      };
    });
