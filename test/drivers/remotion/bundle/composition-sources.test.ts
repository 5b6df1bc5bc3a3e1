import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { COMPOSITION_SOURCES } from '../../../../src/drivers/remotion/bundle/bundle-cache.ts';
import { projectRoot } from '../../../../src/host/project.ts';

const root = projectRoot();
const IMPORT = /\bfrom '(\.[^']+)'/g;

/** The files that the composition consists of, from the root of the project. */
function composition(): string[] {
  const open = readdirSync(path.join(root, 'remotion'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.join('remotion', name));
  const found = new Set(open);
  for (let file = open.pop(); file !== undefined; file = open.pop())
    for (const [, specifier = ''] of readFileSync(path.join(root, file), 'utf8').matchAll(IMPORT)) {
      const target = path.join(path.dirname(file), specifier);
      if (found.has(target) || !existsSync(path.join(root, target))) continue;
      found.add(target);
      open.push(target);
    }
  return [...found];
}

test('The name of a bundle covers every file that the composition imports', () => {
  const files = composition();
  expect(files.length).toBeGreaterThan(30);
  expect(files.filter((file) => !COMPOSITION_SOURCES.some((folder) => file.startsWith(`${folder}/`)))).toEqual([]);
});

test('The Docker image has every folder that the composition is bundled from', () => {
  const image =
    readFileSync(path.join(root, 'Dockerfile'), 'utf8')
      .split(/\nFROM /)
      .at(-1) ?? '';
  for (const folder of COMPOSITION_SOURCES) expect(image).toContain(`\nCOPY ${folder} ${folder}\n`);
});
