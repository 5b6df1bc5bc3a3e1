import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { fieldErrors } from '../../src/contracts/fields.ts';
import { headSchema } from '../../src/contracts/timeline.ts';
import { clipSchema } from '../../src/contracts/timeline/clip.ts';
import { outputFields } from '../../src/contracts/timeline/output.ts';
import { subtitleStyleSchema } from '../../src/contracts/timeline/subtitles.ts';
import { renderPayloadSchema } from '../../src/contracts/render.ts';
import { envelopeSchema } from '../../src/contracts/task.ts';

const page = await readFile(new URL('../../docs/timeline.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) => json);

test('The page has examples', () => {
  expect(examples.length).toBeGreaterThan(3);
});

test.each(examples)('The example of docs/timeline.md is accepted without a warning: %s', (json) => {
  const { payload } = envelopeSchema.parse(JSON.parse(json));
  const parsed = renderPayloadSchema.safeParse(payload);
  expect(parsed.success ? [] : fieldErrors(parsed.error)).toEqual([]);
  expect(parsed.data?.timeline.warnings).toBeUndefined();
});

/** Whatever stands in code marks. */
const documented = new Set([...page.matchAll(/`"?(\w+)"?`/g)].map(([, name]) => name));

test.each(Object.entries({ headSchema, clipSchema, outputFields, subtitleStyleSchema }))(
  'Every field of %s is in docs/timeline.md',
  (_name, schema) => {
    expect(Object.keys(schema.shape).filter((name) => !documented.has(name) && name !== 'kenBurns')).toEqual([]);
  },
);
