import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const pages = [
  ...(await readdir(ROOT)).filter((name) => name.endsWith('.md')),
  ...(await readdir(path.join(ROOT, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];

/** The anchor that GitHub gives to a heading. */
const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

const anchorsOf = (page: string): string[] =>
  [...page.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    anchorOf(heading),
  );

test.each(pages)('Every link of %s to another page leads to a file and a heading that exist', async (name) => {
  const page = await readFile(path.join(ROOT, name), 'utf8');
  const broken: string[] = [];
  for (const [, target = ''] of page.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file = '', anchor] = target.split('#');
    const place = file === '' ? path.join(ROOT, name) : path.resolve(ROOT, path.dirname(name), file);
    const text = await readFile(place, 'utf8').catch((error: NodeJS.ErrnoException) =>
      error.code === 'EISDIR' ? '' : undefined,
    );
    if (text === undefined || (anchor !== undefined && !anchorsOf(text).includes(anchor))) broken.push(target);
  }
  expect(broken).toEqual([]);
});
