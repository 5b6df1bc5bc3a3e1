import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openApiPath } from '../../src/api/openapi/document.ts';
import { createRoutes, type RouteDeps } from '../../src/api/routes.ts';

const root = new URL('../../', import.meta.url);
const read = (name: string): Promise<string> => readFile(new URL(name, root), 'utf8');

const routes = createRoutes({} as RouteDeps).map(({ method, path }) => `${method.toUpperCase()} ${openApiPath(path)}`);
/** The name of a part of a path does not matter. */
const anyName = (route: string): string => route.replaceAll(/\{\w+\}/g, '{}');
/** What stands in code marks as a request: `POST /queue/drain?wait=30` → `POST /queue/drain`. */
const requestsIn = (text: string): string[] =>
  [...text.matchAll(/`([^`\n]+)`/g)].flatMap(
    ([, code = '']) => /^(?:GET|POST|PUT|PATCH|DELETE) \/[^\s?]*/.exec(code)?.[0] ?? [],
  );

test('The table of docs/api.md names every endpoint of the route table, and no other', async () => {
  const page = await read('docs/api.md');
  const table = page.slice(page.indexOf('## Endpoints'), page.indexOf('## Submit a task'));
  expect(requestsIn(table).toSorted()).toEqual(routes.toSorted());
});

/** Its engine has requests of its own. */
const NEW_ENGINE = 'new-engine.md';

test('No document names a request that the API does not have', async () => {
  const pages = [
    'README.md',
    ...(await readdir(new URL('docs/', root)))
      .filter((name) => name.endsWith('.md') && name !== NEW_ENGINE)
      .map((name) => `docs/${name}`),
  ];
  const known = new Set(routes.map(anyName));
  const found = await Promise.all(
    pages.map(async (name) => requestsIn(await read(name)).map((request) => `${name}: ${request}`)),
  );
  const unknown = found.flat().filter((one) => !known.has(anyName(one.slice(one.indexOf(': ') + 2))));
  expect(found.flat().length).toBeGreaterThan(20);
  expect(unknown).toEqual([]);
});
