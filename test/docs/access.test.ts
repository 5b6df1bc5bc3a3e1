import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openApiPath } from '../../src/api/openapi/document.ts';
import { createRoutes, type RouteDeps } from '../../src/api/routes.ts';

const routes = createRoutes({} as RouteDeps);

test('The table of docs/security.md says what each role may do, as the route table has it', async () => {
  const page = await readFile(new URL('../../docs/security.md', import.meta.url), 'utf8');
  const documented = Object.fromEntries(
    [...page.matchAll(/^\| (?:`(read|submit|admin)`|(anybody)) \| (`(?:GET|POST|PUT|PATCH|DELETE) .*) \|$/gm)].map(
      ([, role, anybody, requests = '']) => [
        role ?? anybody,
        new Set([...requests.matchAll(/`([^`]+)`/g)].map(([, one]) => one)),
      ],
    ),
  );
  const expected = Object.fromEntries(
    (['anybody', 'read', 'submit', 'admin'] as const).map((access) => [
      access,
      new Set(
        routes
          .filter((route) => route.access === access)
          .map(({ method, path }) => `${method.toUpperCase()} ${openApiPath(path)}`),
      ),
    ]),
  );
  expect(documented).toEqual(expected);
});
