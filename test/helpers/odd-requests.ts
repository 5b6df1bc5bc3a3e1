import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

/** A request that a careless program might send, or one that means harm. */
export interface OddRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '', ' ', '$from', '$for', '$each'];
const MORE_NAMES = [
  '$if',
  '$spread',
  'a.b',
  'a[0]',
  '\0',
  '\uD800',
  '\u202E',
  '狐',
  'x'.repeat(300),
  'null',
  '0',
  '-1',
];
const name = fc.oneof(fc.constantFrom(...NAMES, ...MORE_NAMES), fc.string({ unit: 'binary', maxLength: 12 }));

const NUMBERS = [0, -0, -1, 1e21, 1e308, -1e308, 5e-324, 2 ** 53, 2 ** 53 + 2, 0.1, 101, 1e10];
const TEXTS = [
  '\uD800',
  '\uDFFF\uD800',
  'a\0b',
  '\r\n',
  '\u2028',
  '../../etc/passwd',
  '/etc/passwd',
  '${$item}',
  '${',
  '{{A}}',
];
const MORE_TEXTS = [
  '1e400',
  'NaN',
  'Infinity',
  '1'.repeat(400),
  ' '.repeat(5000),
  '<strong>',
  'a'.repeat(20_000),
  '🌄'.repeat(2000),
];
const leaf = fc.oneof(
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(...TEXTS, ...MORE_TEXTS),
  fc.constantFrom(null, true, false),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

function deep(levels: number, inside: unknown): unknown {
  let value = inside;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

const object = (value: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  // As own fields, whatever their names.
  fc.array(fc.tuple(name, value), { maxLength: 4 }).map((fields) => Object.fromEntries(fields) as object);

/** Any JSON, of names and values that programs trip over. */
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 2, arbitrary: object(leaf) },
  { weight: 2, arbitrary: fc.array(leaf, { maxLength: 5 }) },
  { weight: 1, arbitrary: object(object(leaf)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(3, 50, 99, 101, 1000), leaf).map(([levels, value]) => deep(levels, value)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(100, 3000), leaf)
      .map(([count, value]) =>
        Array.from({ length: (JSON.stringify(value) ?? '').length < 100 ? count : 10 }, () => value),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ $from: 'voice.sentences' }, { $for: [1, 2], $each: '$item' }, { $spread: [1] }),
  },
);

const MOST_REPEATED = 5000;

/** One change in a place that is chosen by a number. */
interface Change {
  place: number;
  how: 'replace' | 'remove' | 'rename' | 'add' | 'wrap' | 'repeat';
  name: string;
  value: unknown;
}
const change: fc.Arbitrary<Change> = fc.record({
  place: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'rename', 'add', 'wrap', 'repeat'),
  name,
  value: oddValue,
});

/** Every place of a value: whose field it is, and which. */
function placesOf(value: unknown, found: [holder: object, key: string][] = []): [object, string][] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, part] of Object.entries(value)) {
    found.push([value, key]);
    placesOf(part, found);
  }
  return found;
}

const put = (holder: object, key: string, value: unknown): void =>
  void Object.defineProperty(holder, key, {
    value: structuredClone(value),
    enumerable: true,
    configurable: true,
    writable: true,
  });

function applyChange(body: unknown, { place, how, name: other, value }: Change): void {
  const places = placesOf(body);
  const chosen = places[place % Math.max(1, places.length)];
  if (chosen === undefined) return;
  const [holder, key] = chosen;
  const before: unknown = Object.getOwnPropertyDescriptor(holder, key)?.value;
  if (how === 'replace') put(holder, key, value);
  else if (how === 'add' && !Array.isArray(holder)) put(holder, other, value);
  else if (how === 'wrap') put(holder, key, [before]);
  else if (how === 'repeat') {
    // Some of them are too large for a body, none for the memory.
    const times = (JSON.stringify(before) ?? '').length < MOST_REPEATED ? 300 : 1;
    const copies = Array.from({ length: times }, () => before);
    put(holder, key, copies);
  } else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else {
    Reflect.deleteProperty(holder, key);
    if (how === 'rename') put(holder, other, before);
  }
}

const mutated = (valid: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc.tuple(fc.constantFrom(...valid), fc.array(change, { minLength: 1, maxLength: 4 })).map(([body, changes]) => {
    const copy = structuredClone(body);
    for (const one of changes) applyChange(copy, one);
    return copy;
  });

/** What happens to the text of a body on its way. */
const broken: fc.Arbitrary<(json: string) => string> = fc.oneof(
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

const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json; charset=UTF-16',
  'application/json;charset=latin1',
];
const MORE_TYPES = [
  'application/json; charset=utf-7',
  'application/json; charset=x'.padEnd(300, 'x'),
  'text/plain',
  'application/xml',
  'application/vnd.a+json',
  'application/json; charset="utf-8',
  'x',
  'multipart/form-data',
  'application/json; charset=utf-32le',
];
const typeHeader = fc.oneof(
  { weight: 8, arbitrary: fc.constant('application/json') },
  { weight: 2, arbitrary: fc.constantFrom(...TYPES, ...MORE_TYPES) },
);

const encoding: fc.Arbitrary<{ name?: string; make: (body: Buffer) => Buffer }> = fc.oneof(
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

/** Headers that proxies and browsers send, and some that nobody should. */
const moreHeaders: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { 'X-API-Key': 'x'.repeat(2000) },
      { Authorization: 'Bearer ' },
      { Authorization: `Bearer${' '.repeat(3000)}x` },
      { Accept: 'text/html' },
      { Expect: 'x' },
      { 'X-Forwarded-For': '1.2.3.4, '.repeat(100) },
      { 'X-HTTP-Method-Override': 'DELETE' },
      { Range: 'bytes=0-1' },
      { 'If-None-Match': '*' },
      { Cookie: '='.repeat(4000) },
    ),
  },
);

/** A part of an address as it may come over the wire: any bytes, escaped rightly or not. */
const oddSegment = fc.oneof(
  fc.constantFrom(
    '%00',
    '%',
    '%zz',
    '%ff',
    '%2e%2e%2f',
    '..',
    '.',
    '%F0%9F',
    'a'.repeat(3000),
    '__proto__',
    'constructor',
    '%E7%8B%90',
    "'",
    '%22',
    ';',
    '%0d%0a',
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 20 }).map((text) => encodeURIComponent(text)),
  fc.uuid(),
);

const oddQuery = fc.oneof(
  { weight: 5, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '?',
      '?next=5',
      '?next=-1',
      '?next=1e9',
      '?next[]=1',
      '?next=1&next=2',
      '?wait=0',
      '?wait=x',
      '?__proto__=1',
      '?%zz',
      '?a=%ff',
      `?${'a=1&'.repeat(500)}`,
      `?next=${'9'.repeat(900)}`,
    ),
  },
);

/** A value that was copied into itself again and again may be longer than a text can be. */
function writtenOut(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch (error) {
    if (error instanceof RangeError) return '{}';
    throw error;
  }
}

/**
 * Requests to one page.
 * @param page.path with `:name` or `*name` for what differs; @param page.known what stands in their place now and then.
 * @param page.valid bodies that are right, from which most are made; none where the page takes none.
 */
export const oddRequests = (page: {
  method: string;
  path: string;
  known: readonly string[];
  valid: readonly unknown[];
}): fc.Arbitrary<OddRequest> => {
  const segment = page.known.length === 0 ? oddSegment : fc.oneof(oddSegment, fc.constantFrom(...page.known));
  const body = fc.oneof(
    { weight: 6, arbitrary: page.valid.length === 0 ? oddValue : mutated(page.valid) },
    { weight: 2, arbitrary: oddValue },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
  return fc
    .record({ segment, query: oddQuery, body, text: broken, type: typeHeader, encoding, more: moreHeaders })
    .map(({ segment: place, query, body: value, text, type, encoding: coded, more }) => ({
      method: page.method,
      path: page.path.replace(/[:*]\w+/, () => place) + query,
      headers: {
        ...more,
        'Content-Type': type,
        ...(coded.name === undefined ? {} : { 'Content-Encoding': coded.name }),
      },
      body: value === undefined ? Buffer.alloc(0) : coded.make(Buffer.from(text(writtenOut(value)))),
    }));
};

const BOUNDARY = 'b0undary';
const part = fc.record({
  name: fc.oneof(
    fc.constantFrom('voice_id', 'recording', 'transcript', 'language', 'mode', 'replace', 'speaker', 'instruction'),
    name,
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
