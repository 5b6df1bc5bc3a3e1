import { randomUUID } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, removeFolder } from '../assets/work-folder.ts';

/** Uploads that have not ended, on the disk where they are to stay. */
const uploadsFolder = (assetRoot: string): string => path.join(assetRoot, 'work', '.uploads');

/** Gives `use` a folder of its own, and removes it afterwards. */
export async function withUploadFolder<T>(assetRoot: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = path.join(uploadsFolder(assetRoot), randomUUID());
  await makeFolder(folder, 3);
  try {
    return await use(folder);
  } finally {
    await removeFolder(folder);
  }
}

const newestIn = async (folder: string): Promise<number> => {
  const names = await readdir(folder).catch(() => []);
  const times = [folder, ...names.map((name) => path.join(folder, name))].map((one) =>
    stat(one).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    ),
  );
  return Math.max(...(await Promise.all(times)));
};

/** Removes what an API that was killed left of uploads. @param before nothing was written to them since */
export async function sweepUploads(assetRoot: string, before: Date): Promise<void> {
  const root = uploadsFolder(assetRoot);
  for (const name of await readdir(root).catch(() => [])) {
    const folder = path.join(root, name);
    if ((await newestIn(folder)) < before.getTime()) await removeFolder(folder).catch(() => undefined);
  }
}
