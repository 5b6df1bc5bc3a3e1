import type { WrittenResponse } from '../route.ts';

export interface MetricsDeps {
  /** The metrics in the text format of Prometheus. */
  metricsText: () => Promise<string>;
}

/** `GET /metrics` */
export function createMetricsPage({ metricsText }: MetricsDeps) {
  return async (): Promise<WrittenResponse> => {
    const bytes = Buffer.from(await metricsText());
    return {
      status: 200,
      headers: {
        'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
        'Content-Length': String(bytes.length),
      },
      write: (_request, response) => void response.end(bytes),
    };
  };
}
