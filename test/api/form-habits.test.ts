import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Checks } from '../../src/api/checks/checks.ts';
import { createChecks } from '../../src/api/checks/create-checks.ts';
import { AppError, type FieldError } from '../../src/errors.ts';
import { TASK_ID } from '../helpers/api-rig.ts';
import { makeAssetFolder } from '../helpers/asset-folder.ts';
import { preparesIn } from '../helpers/pipeline-api.ts';
import { recording } from '../voices/rig.ts';
import { PLACES, TEXT_PARAMS, type Example, type Place } from './field-examples.ts';

let checks: Checks;
let remove: () => Promise<void>;
beforeAll(async () => {
  const assets = await makeAssetFolder();
  ({ remove } = assets);
  await mkdir(path.join(assets.root, 'voices'));
  await writeFile(path.join(assets.root, 'voices/luna.wav'), recording(5));
  await writeFile(path.join(assets.root, 'voices/luna.txt'), 'What is said in it.');
  await writeFile(path.join(assets.root, 'a.srt'), '1\n00:00:00,000 --> 00:00:01,000\nHello\n');
  for (const name of ['a.png', 'a.mp4', 'a.wav']) await writeFile(path.join(assets.root, name), 'x');
  checks = createChecks({
    prepare: preparesIn(assets.root),
    mostPipelineTasks: 200,
    mostRunSeconds: 86_400,
    allowPrivateWebhooks: false,
  });
});
afterAll(() => remove());

/** A request whose object at a place holds these fields beside its own; those that are undefined are left out. */
function requestWith({ at, body }: Place, fields: object): object {
  const request = structuredClone(body) as Record<PropertyKey, unknown>;
  const object = at.reduce((inside, key) => inside[key] as Record<PropertyKey, unknown>, request);
  Object.assign(object, fields);
  return request;
}

/** What a request comes to: what is accepted, or what is wrong. */
async function outcome(
  place: Place,
  fields: object,
): Promise<{ accepted: object } | { errors: readonly FieldError[]; warnings: string[] }> {
  try {
    const body = Buffer.from(JSON.stringify(requestWith(place, fields)));
    const found = await checks[place.kind](body, { newId: TASK_ID });
    if ('sources' in found) throw new Error('it has sources');
    if ('refused' in found) throw found.refused;
    return { accepted: found.checked };
  } catch (error) {
    if (error instanceof AppError && error.code !== 'internal_error')
      return { errors: error.fields, warnings: (error.extra['warnings'] ?? []) as string[] };
    throw error;
  }
}

const inRequest = (parts: readonly PropertyKey[]): string =>
  parts
    .reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`), '')
    .slice(1);

/** The messages of the errors at or below a field. */
const toldOf = (found: Awaited<ReturnType<typeof outcome>>, place: Place, field: string): string[] => {
  if ('accepted' in found) return [];
  const at = inRequest([...place.at, field].map((part) => part));
  const below = (name: string): boolean => name === at || name.startsWith(`${at}.`) || name.startsWith(`${at}[`);
  return found.errors.filter((error) => below(error.path)).map(({ message }) => message);
};

const capitals = (text: string): string[] => [text.toUpperCase(), ` ${text[0]?.toUpperCase()}${text.slice(1)} `];
const isText = ({ kind }: Example): boolean => kind === 'text';
/** Where an empty text is one. */
const EMPTY_TEXTS = new Set([
  ...TEXT_PARAMS.map((name) => `parameters.${name}`),
  'a subtitle.text',
  'a word.text',
  'a word.word',
]);
const LENGTHS = ['top', 'left'];
const COLOUR = /colou?r$/i;

/** `output_path` as others write it: `outputPath`, `output-path`, `OUTPUT_PATH`, `outputpath`, `output_pth`. */
function misspellings(name: string): string[] {
  const snake = name.replaceAll(/[A-Z]/g, (letter, at) =>
    at === 0 || name === name.toUpperCase() ? letter : `_${letter.toLowerCase()}`,
  );
  const camel =
    name === name.toUpperCase() ? name : name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const dropped = name.length > 5 ? [name.slice(0, -2) + name.slice(-1)] : [];
  const all = [
    snake,
    camel,
    snake.replaceAll('_', '-'),
    name.toUpperCase(),
    name.toLowerCase(),
    snake.replaceAll('_', ''),
    ...dropped,
  ];
  return [...new Set(all)];
}

describe.each(PLACES)('A field of $name', (place) => {
  test('has an example here', () => {
    expect(Object.keys(place.examples).toSorted()).toEqual([...place.fields].toSorted());
  });

  test.each(Object.entries(place.examples))(
    '%s: what forms make of it has its one meaning or is reported',
    async (name, example) => {
      const { value, kind, beside } = example;
      const sent = (other: unknown) => outcome(place, { ...beside, [name]: other });
      const good = await sent(value);
      expect(good).toHaveProperty('accepted');

      if (!EMPTY_TEXTS.has(`${place.name}.${name}`)) {
        const absent = await sent(undefined);
        for (const empty of [null, '', ' ', '\n']) {
          const found = await sent(empty);
          if ('accepted' in absent) expect(found).toEqual(absent);
          else expect(found).toHaveProperty('errors');
        }
      }

      const same: unknown[] = [];
      if (typeof value === 'number') same.push(String(value), ` ${value} `);
      if (typeof value === 'boolean') same.push(...capitals(String(value)), String(value));
      if (kind === 'word' || COLOUR.test(name)) same.push(...capitals(String(value)));
      for (const other of same) {
        const found = await sent(other);
        if (COLOUR.test(name)) expect(found).toHaveProperty('accepted');
        else expect(found).toEqual(good);
      }
      if (isText(example) && !COLOUR.test(name) && name !== 'content')
        expect(await sent(2026)).toEqual(await sent('2026'));

      if (typeof value === 'object')
        expect(toldOf(await sent(JSON.stringify(value)), place, name).join()).toContain(
          'this is JSON in a string; send it as',
        );

      const written = toldOf(await sent('[object Object]'), place, name);
      expect(written).not.toEqual([]);
      if (typeof value !== 'number' && typeof value !== 'boolean' && !LENGTHS.includes(name))
        expect(written.join()).toContain('a program wrote');
      if (isText(example)) {
        const inside = toldOf(await sent(`${String(value)} [object Object],[object Object] more`), place, name);
        expect(inside.join()).toMatch(/\[object Object\], which a program wrote instead of an object/);
      }
    },
  );

  test.each(Object.entries(place.examples))(
    '%s is never dropped in silence when it is misspelt',
    async (name, { value, beside }) => {
      for (const misspelt of misspellings(name).filter((one) => !place.fields.includes(one))) {
        const found = await outcome(place, { ...beside, [name]: undefined, [misspelt]: value });
        const told =
          'accepted' in found
            ? (found.accepted as { warnings: string[] }).warnings
            : [...found.warnings, ...found.errors.map(({ path: at, message }) => `${at} ${message}`)];
        // A duration that is spoken of as `durationMS` lacks its unit no more than its letters.
        expect(told.join('\n'), `${misspelt} for ${name}`).toContain(misspelt);
      }
    },
  );
});
