import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json, whether this file runs from `src` or from `dist/src`. */
export function projectRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
}

/** The version of the project. */
export const projectVersion = (): string =>
  (JSON.parse(readFileSync(path.join(projectRoot(), 'package.json'), 'utf8')) as { version: string }).version;

/**
 * The compiled script of a child process or a thread. Node 20 cannot run TypeScript, so tests use the compiled script
 * too.
 * @param source such as `src/checking/check-thread.ts`
 * @throws if the project is not built.
 */
export function compiledScript(source: string): string {
  const script = path.join(projectRoot(), 'dist', source.replace(/\.ts$/, '.js'));
  if (!existsSync(script)) throw new Error('The compiled middleware is missing; run `npm run build`');
  return script;
}
