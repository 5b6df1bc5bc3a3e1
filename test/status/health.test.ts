import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { workerHealth } from '../../src/status/health.ts';
import { createTemporal } from '../../src/temporal/connection.ts';

test('While Temporal is away nobody is sent to start a worker', async () => {
  const config = loadConfig({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
  const temporal = createTemporal(config.temporal);
  expect(await workerHealth(temporal, config)).toEqual({
    ok: false,
    detail: 'not known while the Temporal server does not answer',
  });
  await temporal.connection.close();
});
