import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A throw-away asset folder with the files that `BAD_REQUESTS` speak of. */
export async function makeAssetFolder(): Promise<{ root: string; remove: () => Promise<void> }> {
  const base = await realpath(await mkdtemp(path.join(tmpdir(), 'assets-')));
  const root = path.join(base, 'assets');
  await mkdir(root);
  await writeFile(path.join(base, 'outside.png'), 'x');
  await writeFile(path.join(root, 'picture.png'), 'x');
  await writeFile(path.join(root, 'empty.png'), '');
  await symlink(path.join(base, 'outside.png'), path.join(root, 'escape.png'));
  return { root, remove: () => rm(base, { recursive: true, force: true }) };
}
