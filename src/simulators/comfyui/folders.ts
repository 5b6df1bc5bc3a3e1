import { mkdirSync } from 'node:fs';
import path from 'node:path';

export type FolderType = 'input' | 'output' | 'temp';

export const isFolderType = (value: string): value is FolderType => ['input', 'output', 'temp'].includes(value);

/** The three folders of files that clients can name. */
export function createFolders(root: string) {
  const of = (type: FolderType): string => path.join(root, type);
  for (const type of ['input', 'output', 'temp'] as const) mkdirSync(of(type), { recursive: true });
  return {
    root,
    of,
    /** The path of something in a folder, or undefined when it would leave the folder. */
    inside: (type: FolderType, ...parts: string[]): string | undefined => {
      const full = path.resolve(of(type), ...parts);
      return full === of(type) || full.startsWith(of(type) + path.sep) ? full : undefined;
    },
  };
}
export type Folders = ReturnType<typeof createFolders>;
