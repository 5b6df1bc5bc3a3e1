import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRoutes, type RouteDeps } from '../../src/api/routes.ts';
import { startApi, TASK_ID, type ApiRig } from '../helpers/api-rig.ts';

/** An object with the properties that libraries ask values for, none of which is what they expect. */
const ODD = {
  length: { toString: 1, valueOf: 1 },
  size: { toString: 1, valueOf: 1 },
  toString: 1,
  valueOf: 1,
  toJSON: 1,
  prototype: 1,
  constructor: { name: 1 },
};

/** Copies of a value, each with an odd object in one place. */
function* withOdd(value: unknown): Generator {
  yield ODD;
  if (Array.isArray(value))
    for (const [place, one] of value.entries()) for (const odd of withOdd(one)) yield value.with(place, odd);
  else if (typeof value === 'object' && value !== null)
    for (const [name, one] of Object.entries(value)) for (const odd of withOdd(one)) yield { ...value, [name]: odd };
}

const BODIES = createRoutes({} as RouteDeps).flatMap(({ method, path, takes, body }) =>
  body === undefined || takes === 'form' || takes === 'stream'
    ? []
    : Object.entries(body.examples).map(([title, example]) => ({ method: method.toUpperCase(), path, title, example })),
);

let api: ApiRig;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

test.each(BODIES)(
  '$method $path: odd objects in place of the values of "$title" are no fault of ours',
  async ({ method, path, example }) => {
    const address = `${api.base}${path.replace(':task_id', TASK_ID)}`;
    for (const odd of withOdd(example)) {
      const body = JSON.stringify(odd);
      const answer = await fetch(address, { method, headers: { 'Content-Type': 'application/json' }, body });
      expect([body, answer.status < 500 ? '' : await answer.text()]).toEqual([body, '']);
      await answer.body?.cancel();
    }
  },
);
