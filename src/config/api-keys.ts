import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ConfigError, parseList } from './parse-settings.ts';

/** What a key may do; each role includes the ones before it. */
export const ROLES = ['read', 'submit', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The limits of a key; an absent one means no limit of its own. */
export interface KeyLimits {
  /** The highest priority of its tasks, 0–100. */
  maxPriority?: number | undefined;
  /** How many of its tasks may wait. */
  maxQueued?: number | undefined;
  /** How many bytes of files it may send on one day (UTC). */
  maxUploadBytesPerDay?: number | undefined;
  /** False: only templates of ComfyUI, no graphs of its own. */
  ownGraphs: boolean;
}

/** An API key. Several keys may have one name, so that a key can be replaced without a pause. */
export interface ApiKey {
  /** The client to which its tasks belong. */
  name: string;
  /** The SHA-256 of the key, 32 bytes. */
  digest: Buffer;
  role: Role;
  limits: KeyLimits;
}

export const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();

const NAME = 'expected 1 to 100 letters, digits and _ . @ / + -';
const KEY = 'expected 1 to 500 characters without spaces';
const HASH = 'expected sha256: and 64 hexadecimal digits, as `npm run new-key` prints them';
const hash = z
  .string(HASH)
  .regex(/^sha256:[0-9a-f]{64}$/i, HASH)
  .transform((text) => Buffer.from(text.slice('sha256:'.length), 'hex'));

const within = (least: number, most: number) => {
  const expected = `expected a whole number from ${least} to ${most}`;
  return z.int(expected).min(least, expected).max(most, expected).optional();
};

const nameSchema = z.string(NAME).regex(/^[\p{L}\p{N}_.@/+-]{1,100}$/u, NAME);

const FIELDS = {
  name: nameSchema,
  key: z
    .string(KEY)
    .regex(/^\S{1,500}$/, KEY)
    .optional(),
  hash: hash.optional(),
  role: z.enum(ROLES, `expected one of ${ROLES.join(', ')}`).optional(),
  max_priority: within(0, 100),
  max_queued: within(1, 1_000_000),
  max_upload_mb_per_day: within(1, 100_000_000),
  own_graphs: z.boolean('expected true or false').optional(),
};
const entrySchema = z.strictObject(FIELDS, {
  error: ({ code, keys }) =>
    code === 'unrecognized_keys'
      ? `there is no field ${keys.map((one) => `"${one.slice(0, 40)}"`).join(', ')}; the fields are ${Object.keys(FIELDS).join(', ')}`
      : 'expected an object such as {"name": "n8n", "hash": "sha256:…", "role": "submit"}',
});
const entriesSchema = z.array(entrySchema, 'expected a list of keys').min(1, 'expected at least one key');
type Entry = z.infer<typeof entrySchema>;

/** `[1, "role"]` → `API_KEYS[1].role` */
const placeOf = (setting: string, place: readonly PropertyKey[]): string =>
  place.reduce<string>((text, part) => text + (typeof part === 'number' ? `[${part}]` : `.${String(part)}`), setting);

function parseJson(setting: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The message would quote the keys.
    const [, position] = /at position (\d+)/.exec((error as Error).message) ?? [];
    throw new ConfigError(`${setting}: not valid JSON${position === undefined ? '' : ` (character ${position})`}`);
  }
}

function entriesOf(setting: string, text: string): Entry[] {
  const parsed = entriesSchema.safeParse(parseJson(setting, text));
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path: place, message }) => `${placeOf(setting, place)}: ${message}`);
  throw new ConfigError(lines.join('\n'));
}

/** `name:key` or `name:sha256:…` */
function shortEntry(setting: string, text: string, index: number): Entry {
  const [, name, rest = ''] = /^([^:]*):(\S+)$/u.exec(text) ?? [];
  const expected = 'expected name:key or name:sha256:…; a name has letters, digits and _ . @ / + -, a key no spaces';
  if (!nameSchema.safeParse(name).success) throw new ConfigError(`${setting}[${index}]: ${expected}`);
  if (!/^sha256:/i.test(rest)) return { name: name ?? '', key: rest };
  const digest = hash.safeParse(rest);
  if (!digest.success) throw new ConfigError(`${setting}[${index}]: ${HASH}`);
  return { name: name ?? '', hash: digest.data };
}

function toKey(setting: string, entry: Entry, index: number, isSole: boolean): ApiKey {
  const { name, key, hash: digest } = entry;
  if ((key === undefined) === (digest === undefined))
    throw new ConfigError(`${setting}[${index}]: expected either a key or a hash`);
  const megabytes = entry.max_upload_mb_per_day;
  return {
    name,
    digest: digest ?? digestOf(key ?? ''),
    role: entry.role ?? (isSole ? 'admin' : 'submit'),
    limits: {
      maxPriority: entry.max_priority,
      maxQueued: entry.max_queued,
      maxUploadBytesPerDay: megabytes === undefined ? undefined : megabytes * 1024 * 1024,
      ownGraphs: entry.own_graphs ?? true,
    },
  };
}

/**
 * Parses API keys: a list of `name:key` and `name:sha256:…` with commas or in lines, or a JSON list of objects with
 * roles and limits. A key without a role has `submit`; if all keys have one name and no role, it has `admin`, because
 * nobody else would.
 * @param setting the name of the setting, for errors.
 * @throws {ConfigError} that names the place of each error, and contains no key.
 */
export function parseApiKeys(setting: string, text: string | undefined): readonly ApiKey[] {
  const sent = (text ?? '').trim();
  const entries = /^[[{]/.test(sent)
    ? entriesOf(setting, sent)
    : parseList(sent.replaceAll(/\r?\n/g, ',')).map((one, index) => shortEntry(setting, one, index));
  const isSole = new Set(entries.map(({ name }) => name)).size === 1 && entries.every(({ role }) => role === undefined);
  const keys = entries.map((entry, index) => toKey(setting, entry, index, isSole));
  for (const [index, { digest }] of keys.entries()) {
    const first = keys.findIndex((one) => one.digest.equals(digest));
    if (first < index) throw new ConfigError(`${setting}[${index}]: the same key as ${setting}[${first}]`);
  }
  return keys;
}

function readFile(file: string): readonly ApiKey[] {
  let text: string;
  try {
    text = readFileSync(path.resolve(file), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`API_KEYS_FILE: cannot read ${path.resolve(file)} (${code})`, { cause: error });
  }
  const keys = parseApiKeys('API_KEYS_FILE', text);
  // An API without keys must not be open by mistake.
  if (keys.length === 0) throw new ConfigError('API_KEYS_FILE: expected at least one key');
  return keys;
}

/**
 * The API keys of `API_KEYS`, or of the file that `API_KEYS_FILE` names.
 * @returns whether there are any, and a function that reads them. Only the API calls it: a worker in a container need
 * not have the file. It throws {ConfigError}.
 * @throws {ConfigError}
 */
export function findApiKeys({
  API_KEYS: inline,
  API_KEYS_FILE: file,
}: {
  API_KEYS?: string | undefined;
  API_KEYS_FILE?: string | undefined;
}): { areSet: boolean; read: () => readonly ApiKey[] } {
  if (file === undefined) {
    const keys = parseApiKeys('API_KEYS', inline);
    return { areSet: keys.length > 0, read: () => keys };
  }
  if (inline !== undefined) throw new ConfigError('API_KEYS_FILE: set either API_KEYS or API_KEYS_FILE, not both');
  let keys: readonly ApiKey[] | undefined;
  return { areSet: true, read: () => (keys ??= readFile(file)) };
}
