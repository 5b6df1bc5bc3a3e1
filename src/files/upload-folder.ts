import { randomUUID } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, removeFolder } from '../assets/work-folder.ts';

/** The folder of unfinished uploads, on the disk of their final place. */
export const uploadsFolder = (assetRoot: string): string => path.join(assetRoot, 'work', '.uploads');

/** Calls `use` with a private folder, and removes it afterwards. */
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

/** Removes uploads that a killed API left. @param before uploads with later writes stay */
export async function sweepUploads(assetRoot: string, before: Date): Promise<void> {
  const root = uploadsFolder(assetRoot);
  for (const name of await readdir(root).catch(() => [])) {
    const folder = path.join(root, name);
    if ((await newestIn(folder)) < before.getTime()) await removeFolder(folder).catch(() => undefined);
  }
}
