import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds `remotion/`: found upwards from this file, which runs from `src` and, built, from `dist/src`. */
export function projectRoot(): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'remotion', 'index.ts'))) return folder;
    if (folder === path.dirname(folder)) throw new Error('The folder remotion/ with the composition is missing');
  }
}

/** The compiled script of a child process. Node 20 runs no TypeScript, so that tests, too, fork the compiled one. */
export function childScript(name: 'bundle/bundle-child' | 'pool/pool-child' | 'browser/sandbox-child'): string {
  const here = import.meta.url.endsWith('.ts')
    ? path.join(projectRoot(), 'dist', 'src', 'drivers', 'remotion')
    : path.dirname(fileURLToPath(import.meta.url));
  const script = path.join(here, `${name}.js`);
  if (!existsSync(script)) throw new Error('The compiled middleware is missing; run `npm run build`');
  return script;
}
