import { mkdirSync } from 'node:fs';
import path from 'node:path';

export type FolderType = 'input' | 'output' | 'temp';

/** The three folders of files that clients can name. */
export interface Folders {
  root: string;
  of(type: FolderType): string;
  /** The path of something in a folder, or undefined when it would leave the folder. */
  inside(type: FolderType, ...parts: string[]): string | undefined;
}

export const isFolderType = (value: string): value is FolderType => ['input', 'output', 'temp'].includes(value);

export function createFolders(root: string): Folders {
  const of = (type: FolderType): string => path.join(root, type);
  for (const type of ['input', 'output', 'temp'] as const) mkdirSync(of(type), { recursive: true });
  return {
    root,
    of,
    inside: (type, ...parts) => {
      const full = path.resolve(of(type), ...parts);
      return full === of(type) || full.startsWith(of(type) + path.sep) ? full : undefined;
    },
  };
}
