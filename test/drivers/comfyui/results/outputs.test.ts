import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kindByName } from '../../../../src/assets/file-kind/kind-by-name.ts';
import { listFiles, listTexts, localName } from '../../../../src/drivers/comfyui/results/outputs.ts';

const file = (filename: string, type = 'output') => ({ filename, subfolder: '', type });

test('Every file of every key is listed once, whatever the key is called', () => {
  const outputs = {
    9: { images: [file('a.mp4')], animated: [true] },
    12: { gifs: [{ ...file('b.webm'), fullpath: '/etc/passwd' }], audio: [file('c.flac')] },
    15: { something_new: [file('d.bin'), file('d.bin')], result: ['mesh/e.glb', 'no file'] },
  };
  expect(listFiles(outputs).map(({ node, filename, subfolder }) => [node, subfolder, filename])).toEqual([
    ['9', '', 'a.mp4'],
    ['12', '', 'b.webm'],
    ['12', '', 'c.flac'],
    ['15', '', 'd.bin'],
    ['15', 'mesh', 'e.glb'],
  ]);
});

test('Temporary previews are left out unless they are all there is', () => {
  const preview = { 1: { images: [file('p.png', 'temp')] } };
  expect(listFiles({ ...preview, 2: { images: [file('a.png')] } }).map(({ filename }) => filename)).toEqual(['a.png']);
  expect(listFiles(preview).map(({ filename }) => filename)).toEqual(['p.png']);
});

test('A temporary file of another kind than what was saved is no preview of it', () => {
  const outputs = { 1: { images: [file('a.png'), file('b.png', 'temp')] }, 2: { gifs: [file('c.mp4', 'temp')] } };
  expect(listFiles(outputs).map(({ filename }) => filename)).toEqual(['a.png', 'c.mp4']);
});

test('Texts under other keys are texts, and the names of files are none', () => {
  expect(
    listTexts({ 1: { tags: ['1girl, solo'] }, 2: { result: ['a.glb'], score: [1, null], caption: 'sea' } }),
  ).toEqual([
    { node: '1', text: '1girl, solo' },
    { node: '2', text: 'sea' },
  ]);
});

test('A name of any length fits a file system with all that is added to it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 0, maxLength: 400 }), (text) => {
      const taken = new Set<string>();
      for (const name of [`${'灯'.repeat(300)}${text}.png`, `${'灯'.repeat(300)}${text}.png`, `a.${'𠮷'.repeat(90)}`])
        expect(Buffer.byteLength(`.${localName(name, taken)}.0123456789ab.part`)).toBeLessThanOrEqual(255);
      expect(taken.size).toBe(3);
    }),
  );
});

test('Outputs in no known form hold no files and do no harm', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (outputs) => {
      expect(() => [listFiles(outputs), listTexts(outputs)]).not.toThrow();
    }),
  );
});

test('Texts of nodes that show text are returned', () => {
  expect(listTexts({ 6: { text: ['one', 'two'] }, 7: { images: [] }, 8: { text: 'three' } })).toEqual([
    { node: '6', text: 'one' },
    { node: '6', text: 'two' },
    { node: '8', text: 'three' },
  ]);
});

test('The kind of a file comes from its extension', () => {
  const names = ['a.PNG', 'b.mp4', 'c.flac', 'd.glb', 'e.txt', 'f.latent', 'g'];
  expect(names.map(kindByName)).toEqual(['image', 'video', 'audio', '3d', 'text', 'other', 'other']);
});

test('No name that a server gives leads out of the folder, is hidden, or is given twice', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '../../etc/passwd',
      '..\\..\\x.png',
      '.bashrc',
      '/',
      '..',
      'a/b/c.png',
      'CON\0.png',
      'x'.repeat(500),
    ),
  );
  fc.assert(
    fc.property(fc.array(nasty), (names) => {
      const taken = new Set<string>();
      const made = names.map((name) => localName(name, taken));
      for (const name of made) {
        expect(path.basename(name)).toBe(name);
        expect(name).not.toMatch(/^\.|[\0/\\]/);
        expect(Buffer.byteLength(name)).toBeLessThan(500);
      }
      expect(new Set(made.map((name) => name.toLowerCase())).size).toBe(made.length);
    }),
  );
});

test('Names of any language stay readable', () => {
  const taken = new Set<string>();
  expect(localName('灯塔 ä_00001_.png', taken)).toBe('灯塔 ä_00001_.png');
  expect(localName('灯塔 Ä_00001_.png', taken)).toBe('灯塔 Ä_00001_-2.png');
});
