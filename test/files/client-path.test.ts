import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientPath, isPrivate, nameProblem, storablePath } from '../../src/files/client-path.ts';
import { numberedName, safeName } from '../../src/files/safe-name.ts';

const assets = { root: '/srv/assets', aliases: [{ from: '/opt/assets', to: '' }] };

test.each(['..', '../a', 'a/../b', 'a//b', '/etc/passwd', 'a/', './a', 'a/./b', '', 'a/\0/b', 'https://a/b'])(
  'The path %j below /assets/ leads nowhere',
  (sent) => {
    expect(() => clientPath(assets, sent)).toThrow('expected');
  },
);

test.each(['work', 'Work', 'work/x', 'WORK/x', 'Work/0/tmp', '.hidden', 'a/.part', 'output/.film.0123.part', '.a/b'])(
  'The file %s is shown to nobody',
  (relative) => {
    expect(isPrivate(relative)).toBe(true);
    expect(() => storablePath(assets, relative)).toThrow('expected');
  },
);

test.each([
  'works',
  'outputs',
  'a/output',
  'console.log',
  'com10',
  'works/x',
  'workshop.png',
  'a/work/x',
  'output/film.mp4',
  'a.b/c',
  '灯塔/ä.png',
])('The file %s is shown, and can be stored', (relative) => {
  expect(isPrivate(relative)).toBe(false);
  expect(storablePath(assets, relative)).toBe(relative);
});

test.each([
  ['voices/luna/reference.wav', 'the middleware uses itself'],
  ['Voices/luna.wav', 'the middleware uses itself'],
  // A file in the place of a folder would keep all clients from using the folder.
  ['voices', 'the middleware uses itself'],
  ['fetched', 'the middleware uses itself'],
  ['Fetched', 'the middleware uses itself'],
  ['output', 'the name of a folder'],
  ['Uploads', 'the name of a folder'],
  ['samples', 'the name of a folder'],
  ['a\\b.png', 'not backslashes'],
  ['CON', 'device'],
  ['a/nul.txt', 'device'],
  ['com1', 'device'],
  ['COM¹.txt', 'device'],
  ['CONIN$', 'device'],
  ['nul .txt', 'device'],
  ['a/b. ', 'end with'],
  ['a./b', 'end with'],
  ['line\nbreak.png', 'control'],
  [`${'é'.repeat(130)}.png`, '255 bytes'],
  ['a/'.repeat(2500) + 'b', 'shorter path'],
])('No file is stored as %j', (sent, problem) => {
  expect(() => storablePath(assets, sent)).toThrow(problem);
});

test.each([
  ['fox.png', 'fox.png'],
  ['C:\\pictures\\my fox.png', 'my fox.png'],
  ['../../etc/passwd', 'passwd'],
  ['.htaccess', 'htaccess'],
  ['con.png', '_con.png'],
  ['a?b*c.png', 'a_b_c.png'],
  ['灯塔 ä.png', '灯塔 ä.png'],
  ['...', 'file'],
  ['', 'file'],
  ['a\0b\n.png', 'a_b_.png'],
])('The name %j of an uploaded file becomes %j', (sent, safe) => {
  expect(safeName(sent)).toBe(safe);
});

test('Whatever a client calls a file, its safe name can be stored, with a number too', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ maxLength: 400 })), (sent) => {
      const safe = safeName(sent);
      expect(nameProblem(safe)).toBeUndefined();
      expect(nameProblem(numberedName(safe, 9999))).toBeUndefined();
      expect(safe).not.toContain('/');
      expect(safeName(safe)).toBe(safe);
    }),
  );
});
