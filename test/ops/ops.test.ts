import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { projectRoot } from '../../src/host/project.ts';
import { FAMILIES } from '../../src/metrics/families.ts';
import { createProcessMetrics } from '../../src/metrics/process-metrics.ts';
import { familiesOf } from '../helpers/exposition.ts';
import { readQuery } from '../helpers/promql.ts';
import { SDK_METRICS } from '../helpers/sdk-metrics.ts';

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: Record<string, string>;
}
interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { h: number; w: number; x: number; y: number };
  targets?: { refId: string; expr: string; legendFormat: string; datasource: { uid: string } }[];
}

const read = (file: string): Promise<string> => readFile(path.join(projectRoot(), file), 'utf8');
const board = JSON.parse(await read('ops/grafana/gpu-middleware.json')) as {
  uid: string;
  panels: Panel[];
  templating: { list: { name: string; definition?: string }[] };
};
const { groups } = parse(await read('ops/prometheus/gpu-middleware.rules.yml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const config = parse(await read('ops/prometheus/prometheus.yml')) as {
  rule_files: string[];
  scrape_configs: { job_name: string }[];
};
const queries = [
  ...board.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, legendFormat }) => ({ where: title, expr, legend: legendFormat })),
  ),
  ...rules.map(({ alert, expr, annotations }) => ({
    where: alert,
    expr,
    legend: Object.values(annotations).join(' '),
  })),
];

/** Prometheus adds these to every sample. */
const ADDED = ['job', 'instance'];
const ofProcess = familiesOf(await createProcessMetrics().text());

/** The labels of a metric; undefined if nothing exports it. */
function labelsOf(metric: string): readonly string[] | undefined {
  const family = metric.replace(/_(bucket|sum|count)$/, '');
  const declared = Object.entries(FAMILIES).find(
    ([name, { type }]) => name === metric || (name === family && type === 'histogram'),
  );
  if (declared !== undefined) return [...declared[1].labels, ...(metric.endsWith('_bucket') ? ['le'] : [])];
  if (metric === 'up' || ofProcess.has(metric)) return [];
  return SDK_METRICS[metric];
}

test('There are queries to look at', () => {
  expect(board.panels.length).toBeGreaterThan(20);
  expect(rules.length).toBeGreaterThan(10);
  expect(queries.length).toBeGreaterThan(40);
});

test.each(queries)('$where: every metric and label of $expr is exported', ({ expr, legend }) => {
  const { used, grouped } = readQuery(expr);
  const known = used.flatMap(({ metric }) => labelsOf(metric) ?? []);
  expect(used.length).toBeGreaterThan(0);
  for (const { metric, labels } of used) {
    expect({ metric, isExported: labelsOf(metric) !== undefined }).toEqual({ metric, isExported: true });
    const strange = labels.filter((label) => ![...ADDED, ...(labelsOf(metric) ?? [])].includes(label));
    expect({ metric, strange }).toEqual({ metric, strange: [] });
  }
  expect(grouped.filter((label) => ![...ADDED, ...known].includes(label))).toEqual([]);
  // A text may show only labels that are left after grouping.
  const shown = [...legend.matchAll(/\{\{ ?(?:\$labels\.)?(\w+) ?\}\}/g)].map(([, label = '']) => label);
  const left = grouped.length === 0 ? [...ADDED, ...known] : grouped;
  expect(shown.filter((label) => !left.includes(label))).toEqual([]);
});

test('Every metric is on the board or in a rule', () => {
  const used = new Set(queries.flatMap(({ expr }) => readQuery(expr).used.map(({ metric }) => metric)));
  const isUsed = (name: string): boolean => [...used].some((metric) => metric === name || metric === `${name}_bucket`);
  expect(Object.keys(FAMILIES).filter((name) => !isUsed(name))).toEqual([]);
});

test('docs/monitoring.md lists every metric with its labels, and every alert', async () => {
  const page = await read('docs/monitoring.md');
  const listed = [...page.matchAll(/^\| `(gpumw_\w+)` \| ([^|]*)\|/gm)].map(([, name = '', labels = '']) => [
    name,
    [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
  ]);
  expect(Object.fromEntries(listed)).toEqual(
    Object.fromEntries(Object.entries(FAMILIES).map(([name, { labels }]) => [name, [...labels]])),
  );
  expect([...page.matchAll(/^\| `(GpuMiddleware\w+)` /gm)].map(([, alert]) => alert)).toEqual(
    rules.map(({ alert }) => alert),
  );
});

/** What GitHub makes of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

test.each(rules)(
  '$alert says what is wrong, and names a section that helps',
  async ({ alert, labels, annotations }) => {
    const { summary, description, runbook = '' } = annotations;
    expect({ alert, labels, summary, description }).toEqual({
      alert: expect.stringMatching(/^GpuMiddleware\w+$/),
      labels: { severity: expect.stringMatching(/^(warning|critical)$/) },
      summary: expect.stringMatching(/\S/),
      description: expect.stringMatching(/\.$/),
    });
    const [file = '', anchor] = runbook.split('#');
    expect(existsSync(path.join(projectRoot(), file))).toBe(true);
    const headings = [...(await read(file)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
    if (anchor !== undefined) expect(headings).toContain(anchor);
  },
);

test('The example of a configuration reads the rules, and its job has the name that rules and board use', () => {
  expect(config.rule_files).toEqual(['gpu-middleware.rules.yml']);
  expect(config.scrape_configs.map(({ job_name: name }) => name)).toEqual(['gpu-middleware']);
});

test('Panels have ids of their own, a place, and the data source that the operator chooses', () => {
  const ids = board.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const taken = new Set<string>();
  for (const { title, gridPos, targets = [] } of board.panels) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect({ title, isFree: !taken.has(`${x} ${y}`) }).toEqual({ title, isFree: true });
        taken.add(`${x} ${y}`);
      }
    for (const { datasource } of targets) expect(datasource.uid).toBe('${datasource}');
  }
  const variables = board.templating.list.map(({ name }) => name);
  const asked = [...JSON.stringify(board).matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);
  expect(new Set(asked.filter((name) => !name.startsWith('__')))).toEqual(new Set(variables));
});
