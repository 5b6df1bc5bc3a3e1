import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/host/project.ts';

const COLUMNS = 120;
const root = projectRoot();
const inFolder = async (folder: string): Promise<string[]> =>
  (await readdir(path.join(root, folder)))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name));
const documents = [...(await inFolder('.')), ...(await inFolder('docs'))];

/** The lines of a document outside code blocks, each with its number. */
async function proseOf(document: string): Promise<{ line: string; number: number }[]> {
  let isCode = false;
  return (await readFile(path.join(root, document), 'utf8')).split('\n').flatMap((line, index) => {
    const isFence = /^\s*```/.test(line);
    if (isFence) isCode = !isCode;
    return isCode || isFence ? [] : [{ line, number: index + 1 }];
  });
}

/** What GitHub makes of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

async function anchorsOf(document: string): Promise<string[]> {
  const lines = await proseOf(document);
  return lines.flatMap(({ line }) => (/^#+ /.test(line) ? [anchorOf(line.replace(/^#+ /, ''))] : []));
}

async function isFound(document: string, link: string): Promise<{ link: string; ok: boolean }> {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? document : path.join(path.dirname(document), file);
  if (!existsSync(path.join(root, target))) return { link, ok: false };
  return { link, ok: anchor === undefined || (await anchorsOf(target)).includes(anchor) };
}

/** A table cannot be wrapped, nor can a link or another word without a space. */
const canBeWrapped = (line: string): boolean =>
  [...line].length > COLUMNS &&
  !line.startsWith('|') &&
  [...line.replaceAll(/\]\([^)]*\)/g, ']')].length > COLUMNS &&
  line.trim().includes(' ');

test.each(documents)('%s is wrapped at 120 columns', async (document) => {
  const lines = await proseOf(document);
  expect(lines.filter(({ line }) => canBeWrapped(line))).toEqual([]);
});

test.each(documents)('Every link of %s leads to a file, and to a heading of it', async (document) => {
  const text = (await proseOf(document)).map(({ line }) => line).join('\n');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const found = await Promise.all(
    links.filter((link) => !/^https?:/.test(link)).map((link) => isFound(document, link)),
  );
  expect(found.filter(({ ok }) => !ok)).toEqual([]);
});

const PATH = /`((?:src|activities|workflows-temporal|remotion|test|tools|docs|examples)\/[\w./-]+)`/g;

test.each(documents)('Every file and folder of the project that %s names exists', async (document) => {
  const text = (await proseOf(document)).map(({ line }) => line).join('\n');
  const named = [...text.matchAll(PATH)].map(([, name = '']) => name);
  const added = document === 'docs/new-engine.md' ? /scribe/ : /^$/;
  expect(named.filter((name) => !added.test(name) && !existsSync(path.join(root, name)))).toEqual([]);
});
