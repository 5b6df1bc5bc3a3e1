import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneLine, visible } from '../../src/log/one-line.ts';
import { formatLine } from '../../src/logging.ts';

const HOSTILE = [
  '\r',
  '\n',
  '\u001b',
  '\u0085',
  '\u009b',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\u200f',
  '\u0000',
  '\ufeff',
];

test.each([
  [
    'maintenance\r2026-01-04 09:32:56,732 - GPUServer - INFO - forged',
    'maintenance | 2026-01-04 09:32:56,732 - GPUServer - INFO - forged',
  ],
  ['a\u0085b\u2028c\u2029d\u000be', 'a | b | c | d | e'],
  ['\u001b[2J\u001b]0;owned\u0007text', '[2J]0;ownedtext'],
  ['pay \u202Egpj.exe\u202C now', 'pay gpj.exe now'],
  ['\n\n', ''],
  ['first\r\n\r\n  second\n', 'first | second'],
  ['▶️ 👩‍👩‍👧 नमस्ते क्‍ष', '▶️ 👩‍👩‍👧 नमस्ते क्‍ष'],
  [
    'tags \u{e0041}\u{e007f}, selectors \u{e0101}\u{e01ef}, fillers \u3164\u115f\uffa0\u034f\u180e',
    'tags , selectors , fillers',
  ],
  ['notes \ufff9a\ufffab\ufffb, music \u{1d173}, nothing \ufffe\u{10ffff}', 'notes ab, music , nothing'],
  ['\u061c\u2066a\u2069\u200f\u202b', 'a'],
  ['half \ud800 a letter', 'half \ufffd a letter'],
])('%j is logged as %j', (text, line) => expect(oneLine(text)).toBe(line));

test('Every log record is one line of limited length without control sequences', () => {
  const text = fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' })), { maxLength: 200 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, fc.nat(400), (part, times) => {
      const line = oneLine(part.repeat(times));
      expect(HOSTILE.filter((mark) => line.includes(mark))).toEqual([]);
      // oxlint-disable-next-line no-control-regex
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      expect(line.replaceAll(/\u200c|\u200d|[\ufe00-\ufe0f]/gu, '')).not.toMatch(
        /\p{Default_Ignorable_Code_Point}|\p{Bidi_Control}/u,
      );
      expect(Buffer.byteLength(line)).toBeLessThan(8300);
      expect(Buffer.from(line).toString()).toBe(line);
    }),
  );
});

test.each(['\n', ' ', ' \n', '\r\n\t ', '\u2028 ', 'x', '界'])(
  'Twenty million characters of %j cost no more than the line that is kept of them',
  (part) => {
    const before = process.cpuUsage();
    formatLine(new Date(), 'GPUServer', 'info', part.repeat(20_000_000 / part.length));
    // Of the processor, which others may use meanwhile.
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2);
  },
);

test('A text that is cut says how long it was', () => {
  expect(oneLine('界'.repeat(10_000))).toBe(`${'界'.repeat(2730)} … (cut: 30000 bytes)`);
});

test('For people at a terminal, lines stay lines', () => {
  expect(visible('one\r\ntwo\u001b[31m\nthree')).toBe('one\ntwo[31m\nthree');
});
