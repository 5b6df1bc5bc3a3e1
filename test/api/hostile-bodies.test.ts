import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostileBodies } from '../bench/hostile/bodies.ts';
import { type PipelineApi, startPipelineApi } from '../helpers/pipeline-api.ts';

let rig: PipelineApi;
beforeAll(async () => {
  rig = await startPipelineApi([]);
});
afterAll(() => rig.close());

// Here they are checked without the deadline that they have in a thread; a hang would be longer than this.
const HANG_MS = 180_000;
/** Of a processor. On its own each takes less than one. */
const MOST_SECONDS = 4;

test.each(hostileBodies().map((one) => [one.name, one] as const))(
  '%s is answered.',
  async (_, { path, body }) => {
    expect(Buffer.byteLength(body)).toBeLessThan(1_000_000);
    const before = process.cpuUsage();
    const response = await fetch(`${rig.api.base}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    const answer = await response.text();
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(MOST_SECONDS);
    expect(response.status).toBeLessThan(500);
    // However wrong the request was, the answer to it is small.
    expect(answer.length).toBeLessThan(100_000);
  },
  HANG_MS,
);
