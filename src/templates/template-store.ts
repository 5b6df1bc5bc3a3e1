import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { readSmallFile } from '../host/small-file.ts';
import { messageOf } from '../errors.ts';
import { withoutPaths } from '../text/without-paths.ts';
import { parseTemplate, TemplateError } from './parse-template.ts';
import type { Template } from './template.ts';

/** A template that cannot be used, with the reason. */
export interface BrokenTemplate {
  name: string;
  problem: string;
}

/** The templates of a folder as they are now. */
export interface Templates {
  templates: readonly Template[];
  broken: readonly BrokenTemplate[];
}

export interface TemplateStore {
  list: () => Promise<Templates>;
}

export interface TemplateStoreDeps {
  folder: string;
  /** Called once for each state of a broken template. */
  onBroken?: (broken: BrokenTemplate) => void;
}

const PARAMS = '.params.json';
/** Graphs of the editor, which are larger than ours, have some hundred kilobytes. */
const MOST_BYTES = 10_000_000;
type Entry = { version: string; template: Template } | { version: string; broken: BrokenTemplate };

/** Changes whenever the file does; empty where there is none. */
async function versionOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  return found === undefined ? '' : `${found.ino}:${found.size}:${found.mtimeMs}`;
}

async function load(folder: string, name: string, hasParams: boolean, version: string): Promise<Entry> {
  try {
    const [graph, params] = await Promise.all([
      readSmallFile(path.join(folder, `${name}.json`), MOST_BYTES),
      hasParams ? readSmallFile(path.join(folder, name + PARAMS), MOST_BYTES) : undefined,
    ]);
    return { version, template: parseTemplate(name, graph, params) };
  } catch (error) {
    const problem =
      error instanceof TemplateError ? error.message : `cannot be read: ${withoutPaths(messageOf(error))}`;
    return { version, broken: { name, problem } };
  }
}

/**
 * Reads a folder of templates at every call and parses only changed files. A new template works at once, and a broken
 * one does not affect the others.
 */
export function createTemplateStore({ folder, onBroken }: TemplateStoreDeps): TemplateStore {
  const entries = new Map<string, Entry>();

  const entry = async (name: string, hasParams: boolean): Promise<Entry> => {
    const files = [`${name}.json`, name + PARAMS];
    const version = (await Promise.all(files.map((file) => versionOf(path.join(folder, file))))).join(' ');
    const known = entries.get(name);
    if (known?.version === version) return known;
    const loaded = await load(folder, name, hasParams, version);
    entries.set(name, loaded);
    if ('broken' in loaded) onBroken?.(loaded.broken);
    return loaded;
  };

  return {
    list: async () => {
      const files = (await readdir(folder).catch(() => [])).filter((file) => !file.startsWith('.'));
      const names = files
        .filter((file) => file.endsWith('.json') && !file.endsWith(PARAMS))
        .map((file) => file.slice(0, -'.json'.length))
        .toSorted();
      const found = await Promise.all(names.map((name) => entry(name, files.includes(name + PARAMS))));
      const orphans = files
        .filter((file) => file.endsWith(PARAMS) && !files.includes(`${file.slice(0, -PARAMS.length)}.json`))
        .map((file) => ({ name: file.slice(0, -PARAMS.length), problem: `${file} has no graph beside it` }));
      return {
        templates: found.flatMap((one) => ('template' in one ? [one.template] : [])),
        broken: [...found.flatMap((one) => ('broken' in one ? [one.broken] : [])), ...orphans],
      };
    },
  };
}
