import files from './model-files.json' with { type: 'json' };

/**
 * The models folders with the files of the official Flux and Wan templates.
 * @param missing names a file, or `folder/file`, that is gone; asked each time.
 */
export function createModelFiles(missing: () => readonly string[] = () => []) {
  const all: Record<string, string[]> = files;
  return {
    folders: () => Object.keys(all),
    /** Files of a folder, or undefined when there is no such folder. `missing` is left out. */
    list: (folder: string): string[] | undefined => {
      const gone = missing();
      return all[folder]?.filter((file) => !gone.includes(file) && !gone.includes(`${folder}/${file}`)).toSorted();
    },
  };
}
export type ModelFiles = ReturnType<typeof createModelFiles>;
