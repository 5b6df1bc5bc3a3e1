import { createHash } from 'node:crypto';
import { isAbsent } from '../contracts/fields.ts';
import { envelopeSchema, idempotencyKeySchema } from '../contracts/task.ts';
import type { FieldError } from '../errors.ts';
import { derivedUuid } from '../text/derived-uuid.ts';
import type { SubmissionLimits } from './key-limits.ts';
import { refusal } from './refusal.ts';

/** The submitter of a request, and the id under which it is accepted. */
export interface Submission {
  /** The id of the task, unless the request has an idempotency key. */
  newId: string;
  /** The name of the API key; undefined if none is required. */
  key?: string | undefined;
  /** The network address of the client. */
  address?: string | undefined;
  /** The limits of the API key. */
  limits?: SubmissionLimits | undefined;
  /** The header `Idempotency-Key`. */
  idempotencyKey?: string | undefined;
}

/**
 * The id of a task, and the fingerprint that distinguishes a repeated request from another one with the same
 * idempotency key.
 */
export interface Identity {
  taskId: string;
  /** Set for a request with an idempotency key: a hash of its content. */
  fingerprint?: string;
}

const HEADER = 'Idempotency-Key';
const FIELD = 'idempotency_key';

/**
 * The draft standard of the header requires a quoted string, but most clients send the bare text. Both mean the same.
 */
export function unquoted(header: string): string {
  const text = header.trim();
  const isQuoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"');
  return isQuoted ? text.slice(1, -1).replaceAll(/\\(["\\])/g, '$1') : text;
}

/** All addresses of this machine count as one, and so does an IPv4 address in IPv6 form. */
function plainAddress(address: string): string {
  const plain = address.replace(/^::ffff:/i, '');
  return plain === '::1' || plain.startsWith('127.') ? 'loopback' : plain;
}

/**
 * The owner of an idempotency key: the API key; without keys the `client`, otherwise the address. Keys of different
 * owners are independent.
 */
function ownerOf({ key, address = '' }: Submission, client: unknown): [kind: string, name: string] {
  if (key !== undefined) return ['key', key];
  const name = envelopeSchema.shape.client.safeParse(client).data;
  return name === undefined ? ['address', plainAddress(address)] : ['client', name];
}

const sorted = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/**
 * A hash of the content of a request. White space, the order of fields, absent fields and the key itself do not matter.
 */
export function fingerprintOf(kind: string, body: object): string {
  const asked = Object.entries(body).filter(([name, value]) => name !== FIELD && !isAbsent(value));
  return createHash('sha256')
    .update(JSON.stringify([kind, Object.fromEntries(asked)], sorted))
    .digest('hex');
}

/** The key of a request, from its header or its body. @throws {AppError} `invalid_request` */
function keyOf(header: string | undefined, field: unknown): string | undefined {
  const errors: FieldError[] = [];
  const [inHeader, inBody] = [
    [HEADER, header === undefined ? undefined : unquoted(header)],
    [FIELD, field],
  ].map(([path, value]) => {
    const parsed = idempotencyKeySchema.safeParse(value);
    if (!parsed.success)
      errors.push({ path: String(path), message: parsed.error.issues[0]?.message ?? 'expected a text' });
    return parsed.data;
  });
  if (errors.length === 0 && header !== undefined && inHeader === undefined)
    errors.push({ path: HEADER, message: 'expected a key; leave the header out to submit without one' });
  if (errors.length === 0 && inHeader !== undefined && inBody !== undefined && inHeader !== inBody)
    errors.push({ path: FIELD, message: `differs from the header ${HEADER}; send one of them` });
  if (errors.length > 0) throw refusal(errors);
  return inHeader ?? inBody;
}

/**
 * The id under which a request is accepted. With an idempotency key it is a hash of the key and its owner, so that
 * every process computes the same id for a repeated request.
 * @param kind the kind of the submission.
 * @throws {AppError} `invalid_request` for an invalid key.
 */
export function identify(kind: string, body: unknown, submission: Submission): Identity {
  const sent = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const key = keyOf(submission.idempotencyKey, sent[FIELD]);
  if (key === undefined) return { taskId: submission.newId };
  return {
    taskId: derivedUuid('idempotency', ...ownerOf(submission, sent['client']), key),
    fingerprint: fingerprintOf(kind, sent),
  };
}
