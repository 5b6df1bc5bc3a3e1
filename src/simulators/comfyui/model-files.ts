import files from './model-files.json' with { type: 'json' };

export interface ModelFiles {
  folders(): string[];
  /** Files of a folder, or undefined when there is no such folder. `missing` is left out. */
  list(folder: string): string[] | undefined;
}

/**
 * The models folders with the files of the official Flux and Wan templates.
 * @param missing names a file, or `folder/file`, that is gone; asked each time.
 */
export function createModelFiles(missing: () => readonly string[] = () => []): ModelFiles {
  const all: Record<string, string[]> = files;
  return {
    folders: () => Object.keys(all),
    list: (folder) => {
      const gone = missing();
      return all[folder]?.filter((file) => !gone.includes(file) && !gone.includes(`${folder}/${file}`)).toSorted();
    },
  };
}
