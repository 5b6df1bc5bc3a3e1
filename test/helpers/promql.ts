import { parser } from '@prometheus-io/lezer-promql';

/** A metric that a query reads, with the labels by which it is chosen. */
interface Used {
  metric: string;
  labels: string[];
}

/** What Grafana replaces before Prometheus sees the query. */
const withoutVariables = (query: string): string =>
  query.replaceAll('$__rate_interval', '1m').replaceAll(/\$\w+/g, 'any');

/**
 * Reads a query of Prometheus.
 * @returns the metrics, and the labels by which they are grouped. @throws if it is not valid PromQL.
 */
export function readQuery(query: string): { used: Used[]; grouped: string[] } {
  const text = withoutVariables(query);
  const used: Used[] = [];
  const grouped: string[] = [];
  parser.parse(text).iterate({
    enter({ type, from, to, node }) {
      const found = text.slice(from, to);
      if (type.isError) throw new Error(`not valid at character ${from}: ${text}`);
      if (type.name === 'Identifier' && node.parent?.type.name === 'VectorSelector')
        used.push({ metric: found, labels: [] });
      if (type.name !== 'LabelName') return;
      if (node.parent?.type.name === 'GroupingLabels') grouped.push(found);
      else used.at(-1)?.labels.push(found);
    },
  });
  return { used, grouped };
}
