import fc from 'fast-check';

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
export const typeHeader = fc.oneof(
  { weight: 8, arbitrary: fc.constant('application/json') },
  { weight: 2, arbitrary: fc.constantFrom(...TYPES, ...MORE_TYPES) },
);

/** Headers that proxies and browsers send, and some that nobody should. */
export const moreHeaders: fc.Arbitrary<Record<string, string>> = fc.oneof(
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
