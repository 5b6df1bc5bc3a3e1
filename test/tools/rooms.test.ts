import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import list from '../../tools/rooms.json' with { type: 'json' };
import { projectRoot } from '../../src/host/project.ts';

interface Room {
  room: string;
  what: string;
  mayImport: string[];
  paths?: string[];
}
const rooms: readonly Room[] = list;
const run = promisify(execFile);
const root = projectRoot();
const fileOf = ({ room, paths = [`${room}/`] }: Room): string => {
  const [first = ''] = paths;
  return first.endsWith('/') ? `${first}wrong-import.ts` : first;
};
const wrongImports = rooms
  .filter(({ room }) => room !== 'remotion')
  .map((room) => {
    const other = rooms.find(({ room: name }) => name !== room.room && !room.mayImport.includes(name));
    return { from: fileOf(room), to: other === undefined ? 'src/nowhere.ts' : fileOf(other) };
  });

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'rooms-')));
  for (const file of ['.dependency-cruiser.mjs', '.oxlintrc.json', 'tools/rooms.json'])
    await cp(path.join(root, file), path.join(folder, file));
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const write = async (file: string, text: string): Promise<void> => {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), text);
};
const lint = async (program: string, ...args: string[]): Promise<string> => {
  try {
    return (await run(path.join(root, 'node_modules', '.bin', program), args, { cwd: folder })).stdout;
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
};

describe('The list of rooms', () => {
  test('goes from the lowest to the highest, so that rooms import one way only', () => {
    for (const [place, { room, mayImport }] of rooms.entries()) {
      const below = rooms.slice(0, place).map(({ room: name }) => name);
      expect({ room, above: mayImport.filter((name) => !below.includes(name)) }).toEqual({ room, above: [] });
    }
  });

  test('is the table of ARCHITECTURE.md', async () => {
    const text = await readFile(path.join(root, 'ARCHITECTURE.md'), 'utf8');
    const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
    const table = rooms.map(({ room, what, mayImport }) => {
      const imports = mayImport.map((name) => name.replace(/^src\//, ''));
      return `| ${code(room.split(', '))} | ${what} | ${code(imports)} |`;
    });
    expect(text).toContain(['| room | contents | may import |', '|---|---|---|', ...table].join('\n'));
  });
});

describe('The lint', () => {
  test('refuses a wrong import of every room, even of a type', async () => {
    for (const file of new Set(wrongImports.flatMap(({ from, to }) => [from, to])))
      await write(file, 'export type Nothing = undefined;\n');
    for (const { from, to } of wrongImports) {
      const target = path.relative(path.dirname(from), to);
      const specifier = target.startsWith('.') ? target : `./${target}`;
      await write(from, `import type { Nothing as Other } from '${specifier}';\nexport type Nothing = Other;\n`);
    }
    const said = await lint('depcruise', 'src', 'activities', 'workflows-temporal');
    for (const { from, to } of wrongImports) expect(said).toContain(`${from} → ${to}`);
  });

  test('refuses a package, a module of Node and a circle that a room may not have, and a file in no room', async () => {
    await write('src/film/zod.ts', "import { z } from 'zod';\nexport const schema = z.string();\n");
    await write('src/film/disk.ts', "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n");
    await write('src/film/a.ts', "import type { B } from './b.ts';\nexport type A = B | 1;\n");
    await write('src/film/b.ts', "import type { A } from './a.ts';\nexport type B = A | 2;\n");
    await write('src/lonely.ts', "import type { A } from './film/a.ts';\nexport type C = A;\n");
    const said = await lint('depcruise', 'src/film', 'src/lonely.ts');
    expect(said).toMatch(/src\/film imports a package that it may not: src\/film\/zod\.ts/);
    expect(said).toMatch(/src\/film imports a package that it may not: src\/film\/disk\.ts/);
    expect(said).toMatch(/no circles between files: src\/film\/[ab]\.ts/);
    expect(said).toMatch(/every file is in a room of tools\/rooms\.json: src\/lonely\.ts/);
  });

  test('refuses what the composition may not import', async () => {
    await write('remotion/wrong.tsx', "import { x } from '../src/api/x.ts';\nexport const y = x;\n");
    expect(await lint('oxlint', '-c', '.oxlintrc.json', 'remotion')).toContain('no-restricted-imports');
  });
});
