import busboy from 'busboy';
import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import type { Framework } from './framework.ts';

export interface Upload {
  filename: string;
  bytes: Buffer;
}

/** Parts of a form by name; the last of several wins. A part is a file when it has a file name. */
export type Form = Record<string, string | Upload>;

/** A body that the server answers with 400, in its words. */
export class UnreadableForm extends Error {
  override name = 'UnreadableForm';
}

const TEXT_LIMIT = 1024 ** 2;
const PARTS = 1000;
const MULTIPART = 'multipart/form-data';
const URLENCODED = 'application/x-www-form-urlencoded';

function kindOf({ headers }: IncomingMessage): typeof MULTIPART | typeof URLENCODED | undefined {
  const type = headers['content-type'] ?? '';
  if (type.startsWith(URLENCODED)) return URLENCODED;
  if (!type.startsWith(MULTIPART)) return undefined;
  if (!/;\s*boundary=/i.test(type)) throw new UnreadableForm('Missing boundary in multipart.');
  return MULTIPART;
}

function parserFor({ headers }: IncomingMessage, textLimit: number): busboy.Busboy {
  const limits = { fieldSize: textLimit + 1, fields: PARTS, files: PARTS };
  return busboy({ headers, preservePath: true, defParamCharset: 'utf8', limits });
}

function collect(parser: busboy.Busboy, textLimit: number, part: string): Promise<Form> {
  const form: Form = {};
  return new Promise((resolve, reject) => {
    parser.on('field', (name, value) => {
      if (value.length > textLimit) reject(new UnreadableForm(`${part} exceeded maximum size of 1024KB.`));
      form[name] = value;
    });
    parser.on('file', (name, stream, { filename }) => {
      const parts: Buffer[] = [];
      stream.on('data', (bytes: Buffer) => parts.push(bytes));
      stream.on('end', () => (form[name] = { filename: filename ?? '', bytes: Buffer.concat(parts) }));
      stream.on('error', () => undefined);
    });
    parser.on('fieldsLimit', () =>
      reject(new UnreadableForm(`Too many fields. Maximum number of fields is ${PARTS}.`)),
    );
    parser.on('filesLimit', () => reject(new UnreadableForm(`Too many files. Maximum number of files is ${PARTS}.`)));
    parser.on('close', () => resolve(form));
    // A body that ends too early counts as far as it went.
    parser.on('error', () =>
      Object.keys(form).length > 0 ? resolve(form) : reject(new UnreadableForm('There was an error parsing the body')),
    );
  });
}

/**
 * Reads the body; one that is no form counts as an empty form, as FastAPI has it.
 * @throws UnreadableForm
 */
export async function readForm(request: IncomingMessage, { fieldLimit }: Framework): Promise<Form> {
  const kind = kindOf(request);
  if (kind === undefined) {
    request.resume();
    await finished(request);
    return {};
  }
  const textLimit = kind === MULTIPART ? TEXT_LIMIT : fieldLimit;
  const parser = parserFor(request, textLimit);
  const form = collect(parser, textLimit, kind === MULTIPART ? 'Part' : 'Field');
  request.pipe(parser);
  return form;
}
