import { AggregatorRegistry, type MetricObject } from 'prom-client';
import { FAMILIES, type FamilyName } from './families.ts';

/** One line of an exposition. `name` differs from that of its family in histograms only. */
interface Sample {
  labels: Readonly<Record<string, string | number>>;
  value: number;
  metricName?: string;
}

/** The samples of a family. */
export interface Family {
  name: FamilyName;
  values: Sample[];
}

/** A histogram of counts by class, each without those of smaller classes; the last one has no upper bound. */
export function histogramSamples(
  name: FamilyName,
  labels: Readonly<Record<string, string>>,
  { counts, seconds, classes }: { counts: readonly number[]; seconds: number; classes: readonly number[] },
): Sample[] {
  let total = 0;
  const buckets = [...classes, '+Inf'].map((le, place) => {
    total += counts[place] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: seconds },
    { metricName: `${name}_count`, labels, value: total },
  ];
}

/** The text that Prometheus reads, version 0.0.4. Families without samples are left out. */
export function exposition(families: readonly Family[]): Promise<string> {
  const metrics = families
    .filter(({ values }) => values.length > 0)
    .map(({ name, values }) => {
      const { type, help } = FAMILIES[name];
      return { name, help, type, values, aggregator: 'first' } as unknown as MetricObject;
    });
  return AggregatorRegistry.aggregate([metrics]).metrics();
}
