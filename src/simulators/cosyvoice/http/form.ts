import busboy from 'busboy';
import type { IncomingMessage } from 'node:http';

export interface Upload {
  filename: string;
  bytes: Buffer;
}

/** Parts of a form by name; the last of several wins. A part is a file when it has a file name. */
export type Form = Record<string, string | Upload>;

/** A text part of a multipart form is larger than the server takes. */
export class PartTooLarge extends Error {
  override name = 'PartTooLarge';
}

const TEXT_LIMIT = 1024 ** 2;
const FORMS = ['multipart/form-data', 'application/x-www-form-urlencoded'];

/**
 * Reads the body; one that is no form counts as an empty form, as FastAPI has it.
 * @throws PartTooLarge, and whatever the parser says of a broken body.
 */
export function readForm(request: IncomingMessage): Promise<Form> {
  const type = request.headers['content-type'] ?? '';
  const kind = FORMS.find((name) => type.toLowerCase().startsWith(name));
  return new Promise((resolve, reject) => {
    const form: Form = {};
    if (kind === undefined) {
      request.resume().on('end', () => resolve(form));
      return;
    }
    const fieldSize = kind === FORMS[0] ? TEXT_LIMIT : Number.MAX_SAFE_INTEGER;
    const parser = busboy({
      headers: request.headers,
      preservePath: true,
      defParamCharset: 'utf8',
      limits: { fieldSize },
    });
    parser.on('field', (name, value, { valueTruncated }) => {
      if (valueTruncated) reject(new PartTooLarge('Part exceeded maximum size of 1024KB.'));
      form[name] = value;
    });
    parser.on('file', (name, stream, { filename }) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => (form[name] = { filename: filename ?? '', bytes: Buffer.concat(parts) }));
    });
    parser.on('close', () => resolve(form));
    parser.on('error', reject);
    request.on('error', reject).pipe(parser);
  });
}
