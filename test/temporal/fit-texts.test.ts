import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitDetails, fitPlain, fitSummary, MOST_BYTES } from '../../src/temporal/fit-texts.ts';

/** As the SDK makes payloads of texts, and the server measures them. */
const inPayload = (text: string): number =>
  Buffer.byteLength(JSON.stringify(text)) + 'encoding'.length + 'json/plain'.length;

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 1000, size: 'max' }),
  fc.string({ unit: 'grapheme', maxLength: 1000, size: 'max' }),
  fc
    .tuple(
      fc.constantFrom('a', 'é', '汉', '🎬', '"', '\\', '\n', '\u0000', '\u{d800}'),
      fc.integer({ max: 30_000, min: 0 }),
    )
    .map(([unit, times]) => unit.repeat(times)),
);

describe.each([
  ['summary', fitSummary, MOST_BYTES.summary],
  ['details', fitDetails, MOST_BYTES.details],
] as const)('The %s of a workflow', (_, fit, most) => {
  test("fits into the server's limit in bytes, whatever its letters", () => {
    fc.assert(fc.property(anyText, (text) => inPayload(fit(text)) <= most));
  });

  test('is unchanged if it fits, and otherwise its beginning with an ellipsis, without half letters', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const fitted = fit(text);
        if (fitted === text) return;
        expect(fitted.endsWith('…')).toBe(true);
        expect(text.startsWith(fitted.slice(0, -1))).toBe(true);
        expect(inPayload(text)).toBeGreaterThan(most - 40);
        if (Buffer.from(text).toString() === text) expect(Buffer.from(fitted).toString()).toBe(fitted);
      }),
    );
  });

  test('keeps much of a text that has to be cut', () => {
    for (const unit of ['a', '汉', '🎬', '"', '\u0000'])
      expect(inPayload(fit(unit.repeat(most)))).toBeGreaterThan(most * 0.8);
  });
});

test('A plain text is UTF-8 of no more bytes than it may have, and unchanged where it can be', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const fit = fitPlain(text, MOST_BYTES.reason);
      expect(Buffer.byteLength(fit)).toBeLessThanOrEqual(MOST_BYTES.reason);
      expect(Buffer.from(fit).toString()).toBe(fit);
      expect(() => encodeURIComponent(fit)).not.toThrow();
      const isWhole = Buffer.from(text).toString() === text && Buffer.byteLength(text) <= MOST_BYTES.reason;
      if (isWhole) expect(fit).toBe(text);
    }),
  );
});
