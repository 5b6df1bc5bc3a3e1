import { execFile } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { createTemplateStore, type BrokenTemplate } from '../../src/templates/template-store.ts';
import { scratchFolder } from '../helpers/scratch.ts';
import { TEMPLATES_FOLDER } from '../helpers/template-rig.ts';

const GRAPH = JSON.stringify({ '1': { class_type: 'Thing', inputs: { x: '{{X}}' } } });

async function rig() {
  const folder = await scratchFolder();
  const onBroken = vi.fn<(broken: BrokenTemplate) => void>();
  const store = createTemplateStore({ folder, onBroken });
  return {
    folder,
    onBroken,
    write: (file: string, text: string) => writeFile(path.join(folder, file), text),
    names: async () => (await store.list()).templates.map(({ name }) => name),
    list: store.list,
  };
}

test('A template that is put into the folder works at once, and a removed one is gone', async () => {
  const { folder, write, names } = await rig();
  expect(await names()).toEqual([]);
  await write('b.json', GRAPH);
  await write('a.json', GRAPH);
  expect(await names()).toEqual(['a', 'b']);
  await rm(path.join(folder, 'a.json'));
  expect(await names()).toEqual(['b']);
});

test('A change of either file is seen, and what did not change is not parsed again', async () => {
  const { write, list } = await rig();
  await write('a.json', GRAPH);
  const [first] = (await list()).templates;
  expect((await list()).templates[0]).toBe(first);
  await write('a.params.json', JSON.stringify({ description: 'now described' }));
  expect((await list()).templates[0]?.description).toBe('now described');
  await write('a.json', GRAPH.replace('Thing', 'Other'));
  expect((await list()).templates[0]?.graph['1']?.class_type).toBe('Other');
});

test('A broken template is logged once with its reason, and affects no other', async () => {
  const { write, list, names, onBroken } = await rig();
  await write('good.json', GRAPH);
  await write('bad.json', '{');
  await write('bad-params.json', GRAPH);
  await write('bad-params.params.json', '{"params": 7}');
  await write('alone.params.json', '{}');
  await write('.hidden.json', '{');
  const { broken } = await list();
  expect(await names()).toEqual(['good']);
  expect(broken.map(({ name }) => name)).toEqual(['bad', 'bad-params', 'alone']);
  expect(broken[0]?.problem).toContain('bad.json is not valid JSON');
  expect(broken[2]?.problem).toBe('alone.params.json has no graph beside it');
  expect(onBroken).toHaveBeenCalledTimes(2);
  await write('bad.json', GRAPH);
  expect(await names()).toEqual(['bad', 'good']);
});

test('A folder that does not exist holds no templates', async () => {
  const { folder } = await rig();
  expect(await createTemplateStore({ folder: path.join(folder, 'gone') }).list()).toEqual({
    templates: [],
    broken: [],
  });
});

test('The templates of the project are whole', async () => {
  const { folder, list } = await rig();
  await cp(TEMPLATES_FOLDER, folder, { recursive: true });
  const { templates, broken } = await list();
  expect(broken).toEqual([]);
  expect(templates.map(({ name }) => name)).toEqual(['flux_dev', 'wan_i2v', 'wan_t2v']);
});

test('A pipe, a folder and a huge file with the name of a template block nothing', async () => {
  const { folder, write, list } = await rig();
  await write('good.json', GRAPH);
  await promisify(execFile)('mkfifo', [path.join(folder, 'pipe.json')]);
  await mkdir(path.join(folder, 'folder.json'));
  await write('large.json', ' '.repeat(10_000_001) + GRAPH);
  const { templates, broken } = await list();
  expect(templates.map(({ name }) => name)).toEqual(['good']);
  expect(broken).toEqual([
    { name: 'folder', problem: 'cannot be read: this is a folder' },
    { name: 'large', problem: expect.stringMatching(/^cannot be read: it has \d+ bytes, 10000000 at most$/) },
    { name: 'pipe', problem: 'cannot be read: this is a pipe or a device, not a file' },
  ]);
});
