import { chmod, mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AssetPathError, assetPath, existingAsset, writableAsset } from '../../src/assets/paths.ts';

const folder = { root: '/data/assets', aliases: [{ from: '/opt/mcn/assets', to: '' }] };

describe('A path that a client sent', () => {
  test.each([
    ['a.png', 'a.png'],
    ['./images//a b#.png', 'images/a b#.png'],
    ['images/../a.png', 'a.png'],
    ['/data/assets/images/a.png', 'images/a.png'],
    ['/opt/mcn/assets/images/a.png', 'images/a.png'],
    ['/assets/output/a.mp4', 'output/a.mp4'],
  ])('%s means the asset %s', (sent, expected) => {
    expect(assetPath(folder, sent)).toBe(expected);
  });

  test.each([
    '../a.png',
    'images/../../a.png',
    '/etc/passwd',
    '/data/assets',
    '.',
    '/assets/../etc/passwd',
    'a\0.png',
    'file:///etc/passwd',
    'http://host/a.png',
  ])('%j is refused', (sent) => {
    expect(() => assetPath(folder, sent)).toThrow(AssetPathError);
  });

  test('never leads out of the folder, whatever it is made of', () => {
    const piece = fc.constantFrom('..', '.', 'a', '/', '//', 'assets', 'opt', 'mcn', '%2e', '\\', ' ');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.boolean(), (pieces, rooted) => {
        const sent = (rooted ? '/' : '') + pieces.join('/');
        let result: string;
        try {
          result = assetPath(folder, sent);
        } catch (error) {
          expect(error).toBeInstanceOf(AssetPathError);
          return;
        }
        expect(path.resolve(folder.root, result).startsWith(`${folder.root}/`)).toBe(true);
      }),
    );
  });
});

describe('A file', () => {
  let base: string;
  const assets = () => ({ root: path.join(base, 'assets'), aliases: [] });
  beforeAll(async () => {
    base = await realpath(await mkdtemp(path.join(tmpdir(), 'paths-')));
    await mkdir(path.join(base, 'assets', 'folder'), { recursive: true });
    await writeFile(path.join(base, 'outside.png'), 'x');
    await writeFile(path.join(base, 'assets', 'inside.png'), 'x');
    await writeFile(path.join(base, 'assets', 'empty.png'), '');
    await symlink(path.join(base, 'outside.png'), path.join(base, 'assets', 'escape.png'));
    await symlink('inside.png', path.join(base, 'assets', 'link.png'));
    await symlink(base, path.join(base, 'assets', 'up'));
    await symlink(path.join(base, 'gone'), path.join(base, 'assets', 'nowhere'));
  });
  afterAll(() => rm(base, { recursive: true }));

  test('that exists is found at its real place', async () => {
    expect(await existingAsset(assets(), 'link.png')).toEqual({
      absolute: path.join(base, 'assets', 'inside.png'),
      relative: 'inside.png',
    });
  });

  test.each([
    ['missing.png', 'no such file'],
    ['folder', 'this is a folder'],
    ['empty.png', 'this file is empty'],
    ['escape.png', 'outside ASSET_PATH'],
    ['up/outside.png', 'outside ASSET_PATH'],
  ])('%s is refused: %s', async (relative, message) => {
    await expect(existingAsset(assets(), relative)).rejects.toThrow(message);
  });

  test.skipIf(process.getuid?.() === 0)('that cannot be read is refused', async () => {
    await chmod(path.join(base, 'assets', 'inside.png'), 0o000);
    await expect(existingAsset(assets(), 'inside.png')).rejects.toThrow('no permission to read');
    await chmod(path.join(base, 'assets', 'inside.png'), 0o644);
  });

  test('that is to be written gets its folder, but not through a link that leads out', async () => {
    expect(await writableAsset(assets(), 'output/new/a.mp4')).toBe(path.join(base, 'assets/output/new/a.mp4'));
    await expect(writableAsset(assets(), 'up/a.mp4')).rejects.toThrow('leads this one out');
    await expect(writableAsset(assets(), 'up/new/deep/a.mp4')).rejects.toThrow('leads this one out');
    await expect(stat(path.join(base, 'new'))).rejects.toThrow('ENOENT');
  });

  test.each(['inside.png/a.mp4', 'inside.png/b/a.mp4', 'nowhere/a.mp4', 'nowhere/b/a.mp4'])(
    'that is to be written at %s is refused: no folder can be there',
    async (relative) => {
      await expect(writableAsset(assets(), relative)).rejects.toThrow(AssetPathError);
    },
  );

  test('is not blamed while the asset folder itself is away, and that folder is not created', async () => {
    const gone = { root: path.join(base, 'disk', 'assets'), aliases: [] };
    await expect(existingAsset(gone, 'inside.png')).rejects.toMatchObject({ code: 'asset_folder_unavailable' });
    await expect(writableAsset(gone, 'output/a.mp4')).rejects.toMatchObject({ code: 'asset_folder_unavailable' });
    await expect(stat(gone.root)).rejects.toThrow('ENOENT');
  });
});
