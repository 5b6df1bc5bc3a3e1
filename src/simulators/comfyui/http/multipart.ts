import busboy from 'busboy';
import type { IncomingHttpHeaders } from 'node:http';

export interface Form {
  fields: Record<string, string>;
  files: Record<string, { filename: string; bytes: Buffer }>;
}

/** @throws when it is not a form. */
export function parseForm(headers: IncomingHttpHeaders, body: Buffer): Promise<Form> {
  const form: Form = { fields: {}, files: {} };
  // Names are taken as they are, paths and all: refusing some is the route's business.
  const parser = busboy({ headers, preservePath: true, defParamCharset: 'utf8' });
  parser.on('field', (name, value) => (form.fields[name] = value));
  parser.on('file', (name, stream, { filename }) => {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => (form.files[name] = { filename: filename ?? '', bytes: Buffer.concat(parts) }));
  });
  return new Promise((resolve, reject) => {
    parser.on('close', () => resolve(form));
    parser.on('error', reject);
    parser.end(body);
  });
}
