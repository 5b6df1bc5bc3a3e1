import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { labelFields } from '../../src/contracts/labels.ts';

const schema = z.object(labelFields);
const parse = (sent: object) => {
  const { success, data, error } = schema.safeParse(sent);
  return success ? data : { paths: error.issues.map(({ path }) => path.join('.')) };
};
const TAG = fc.stringMatching(/^[A-Za-z0-9_:.@/+-]{1,50}$/);

describe('The labels of a submission', () => {
  test('are absent where fields are absent, null or empty', () => {
    expect(parse({})).toEqual({});
    expect(parse({ tags: null, metadata: '', run_at: null, delay_seconds: '' })).toEqual({});
  });

  test('keep tags as they were sent, each once, as a list or a text with commas', () => {
    fc.assert(
      fc.property(fc.array(TAG, { minLength: 1, maxLength: 10 }), (tags) => {
        const once = [...new Set(tags)];
        expect(parse({ tags })).toEqual({ tags: once });
        expect(parse({ tags: tags.join(', ') })).toEqual({ tags: once });
      }),
    );
    expect(parse({ tags: [7, 'film 2', '夜'] })).toEqual({ tags: ['7', 'film 2', '夜'] });
  });

  test.each([
    [{ tags: Array.from({ length: 11 }, String) }, 'tags'],
    [{ tags: ['a', 'b"c'] }, 'tags.1'],
    [{ tags: ['a'.repeat(51)] }, 'tags.0'],
    [{ tags: { a: 1 } }, 'tags'],
    [{ metadata: { text: 'x'.repeat(4096) } }, 'metadata'],
    [{ metadata: { id: 2 ** 60 } }, 'metadata'],
    [{ metadata: { order: ['[object Object]'] } }, 'metadata'],
    [{ run_at: '2026-01-04' }, 'run_at'],
    [{ run_at: '2026-01-04T09:30:00' }, 'run_at'],
    [{ run_at: 1_767_518_376 }, 'run_at'],
    [{ run_at: '9999-12-31T23:59:59-23:59' }, 'run_at'],
    [{ run_at: '0000-01-01T00:00:00+23:59' }, 'run_at'],
    [{ delay_seconds: -1 }, 'delay_seconds'],
    [{ delay_seconds: 31_536_001 }, 'delay_seconds'],
    [{ delay_seconds: 'soon' }, 'delay_seconds'],
  ])('are refused by the path of the field: %j', (sent, path) => {
    expect(parse(sent)).toEqual({ paths: [path] });
  });

  test('give metadata back as it was sent', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (metadata) => {
        const text = JSON.stringify(metadata);
        fc.pre(text.length < 4096 && metadata !== null && !(typeof metadata === 'string' && metadata.trim() === ''));
        const parsed = parse({ metadata: JSON.parse(text) });
        fc.pre(!('paths' in parsed));
        expect(JSON.stringify((parsed as { metadata: unknown }).metadata)).toBe(text);
      }),
    );
  });

  test('have a time in any zone, and a delay as a form sends it', () => {
    expect(parse({ run_at: '2026-01-04T10:30:00+01:00' })).toEqual({ run_at: '2026-01-04T09:30:00.000Z' });
    expect(parse({ run_at: ' 2026-01-04T09:30:00Z ' })).toEqual({ run_at: '2026-01-04T09:30:00.000Z' });
    expect(parse({ delay_seconds: '90' })).toEqual({ delay_seconds: 90 });
  });
});
