import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiPath } from '../../src/api/openapi/document.ts';
import { createRoutes, type RouteDeps } from '../../src/api/routes.ts';
import { startSampleApi, type SampleApi } from '../helpers/sample-api.ts';

/** The flows of examples/n8n: what they send is sent to the API, as far as it is known without n8n. */

interface FlowNode {
  name: string;
  type: string;
  parameters: {
    method?: string;
    url?: string;
    jsonBody?: string;
    authentication?: string;
    queryParameters?: { parameters: { name: string; value: string }[] };
    [more: string]: unknown;
  };
}
interface Flow {
  name: string;
  nodes: FlowNode[];
  connections: Record<string, { main: { node: string; type: string; index: number }[][] }>;
}

const folder = new URL('../../examples/n8n/', import.meta.url);
const names = (await readdir(folder)).toSorted();
const flows = await Promise.all(
  names.map(async (name) => ({ name, flow: JSON.parse(await readFile(new URL(name, folder), 'utf8')) as Flow })),
);
const page = await readFile(new URL('../../docs/n8n.md', import.meta.url), 'utf8');

const API = 'http://localhost:8000';
const requestsOf = (flow: Flow) => flow.nodes.filter(({ type }) => type === 'n8n-nodes-base.httpRequest');
const allRequests = flows.flatMap(({ name, flow }) => requestsOf(flow).map((node) => ({ name, node })));

/** Something of the kind that an expression gives. */
function valueOf(part: string): string {
  const code = part.slice(0, part.indexOf('}}'));
  if (code.includes('JSON.stringify')) return '"samples/fox.jpg"';
  if (code.includes('resumeUrl')) return 'https://n8n.example/webhook-waiting/1';
  if (!code.includes('url') && !code.includes('film')) return 'one';
  return '/assets/samples/fox.jpg'.slice(code.includes('.slice(1)') ? 1 : 0);
}

/** n8n evaluates what stands in double braces if the whole begins with `=`. */
function evaluated(template: string): string {
  if (!template.startsWith('=')) return template;
  const [begin = '', ...parts] = template.slice(1).split('{{');
  return begin + parts.map((part) => valueOf(part) + part.slice(part.indexOf('}}') + 2)).join('');
}

const routes = createRoutes({} as RouteDeps).map(({ method, path }) => ({
  method: method.toUpperCase(),
  path: openApiPath(path),
}));
function routeOf({ method = 'GET', url = '' }: FlowNode['parameters']): string | undefined {
  const { pathname } = new URL(evaluated(url));
  const steps = pathname.split('/');
  const found = routes.find(({ method: verb, path }) => {
    const parts = path.split('/');
    const fits = parts.every((part, index) => part.startsWith('{') || part === steps[index]);
    return verb === method && fits && (parts.length === steps.length || path.startsWith('/assets/{'));
  });
  return found && `${found.method} ${found.path}`;
}

/** The names of the fields of an answer that an expression reads. */
const fieldsIn = (text: string): string[] =>
  [...text.matchAll(/(?:\$json|\.item\.json|\berror)((?:\??\.\w+|\[\d+\])+)/g)].flatMap(([, chain = '']) =>
    [...chain.matchAll(/\.(\w+)/g)].map(([, name = '']) => name),
  );
/** Names that n8n, JavaScript and the flows themselves give. */
const OTHERS = ['body', 'statusCode', 'map', 'join', 'slice', 'script', 'look', 'film'];

let api: SampleApi;
beforeAll(async () => {
  api = await startSampleApi();
});
afterAll(() => api.close());

test('docs/n8n.md lists every flow with the number of its nodes', () => {
  const rows = [...page.matchAll(/^\| `([\w-]+\.json)` \| (\d+) \|/gm)].map(([, name, count]) => `${name} ${count}`);
  expect(new Set(rows)).toEqual(new Set(flows.map(({ name, flow }) => `${name} ${flow.nodes.length}`)));
});

test('docs/n8n.md names nodes and addresses that the flows have', () => {
  expect(page).toContain(API);
  for (const name of ['Submit', 'Status', 'Done?']) {
    expect(page).toContain(`*${name}*`);
    expect(flows.some(({ flow }) => flow.nodes.some((node) => node.name === name))).toBe(true);
  }
});

describe.each(flows)('The flow $name', ({ flow }) => {
  test('uses only nodes of n8n itself, with different names, and connects all of them', () => {
    const all = flow.nodes.map((node) => node.name);
    expect(new Set(all).size).toBe(all.length);
    for (const { type } of flow.nodes)
      expect(type).toMatch(/^n8n-nodes-base\.(manualTrigger|httpRequest|wait|if|set)$/);
    const targets = Object.values(flow.connections).flatMap(({ main }) => main.flat().map(({ node }) => node));
    expect(new Set([...Object.keys(flow.connections), ...targets])).toEqual(new Set(all));
    expect(new Set(targets)).toEqual(new Set(all.filter((name) => name !== 'Start')));
  });

  test('refers only to its own nodes, and reads only fields that the API answers', async () => {
    const text = JSON.stringify(flow.nodes.map(({ parameters }) => parameters)).replaceAll(String.raw`\"`, '"');
    for (const [, name] of text.matchAll(/\$\('([^']+)'\)/g))
      expect(flow.nodes.map((node) => node.name)).toContain(name);
    const reference = await (await fetch(`${api.base}/openapi.json`)).text();
    const read = fieldsIn(text).filter((name) => !OTHERS.includes(name));
    expect(read.filter((name) => !reference.includes(`"${name}":`))).toEqual([]);
    expect(read).not.toEqual([]);
  });

  test('has no key in it', () => {
    for (const { parameters } of requestsOf(flow)) {
      expect(parameters).toMatchObject({ authentication: 'genericCredentialType', genericAuthType: 'httpHeaderAuth' });
      expect(JSON.stringify(parameters)).not.toMatch(/bearer|x-api-key/i);
    }
  });
});

test.each(allRequests)('$name: $node.name calls an endpoint of the API', ({ node: { parameters } }) => {
  expect(parameters.url?.replace('=', '').startsWith(`${API}/`) || parameters.url?.startsWith(`=${API}{{`)).toBe(true);
  expect(routeOf(parameters)).toBeDefined();
});

test.each(allRequests.filter(({ node }) => node.parameters.queryParameters !== undefined))(
  '$name: $node.name sends a query that the API takes',
  async ({ node: { parameters } }) => {
    const query = (parameters.queryParameters?.parameters ?? []).map(({ name, value }): [string, string] => [
      name,
      value,
    ]);
    const response = await fetch(`${api.base}/task_status/one?${new URLSearchParams(query).toString()}`);
    expect(((await response.json()) as { code: string }).code).toBe('task_not_found');
  },
);

/** The flow that shows errors submits something that fails. */
test.each(allRequests.filter(({ node }) => node.parameters.jsonBody !== undefined))(
  '$name: the API accepts what $node.name submits, without a warning',
  async ({ node: { parameters } }) => {
    const response = await fetch(evaluated(parameters.url ?? '').replace(API, api.base), {
      method: parameters.method ?? 'GET',
      headers: { 'Content-Type': 'application/json' },
      body: evaluated(parameters.jsonBody ?? ''),
    });
    expect(await response.json()).toEqual({ status: 'queued', task_id: expect.any(String) as string });
  },
);
