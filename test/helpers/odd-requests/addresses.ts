import fc from 'fast-check';

/** A part of an address as it may come over the wire: any bytes, escaped rightly or not. */
export const oddSegment = fc.oneof(
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

export const oddQuery = fc.oneof(
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
