import { expect, test } from 'vitest';
import { findMisfit } from '../../src/api/check-answer.ts';
import { problem } from '../../src/api/problem.ts';
import { createRoutes, type RouteDeps } from '../../src/api/routes.ts';
import { AppError } from '../../src/errors.ts';
import { HERE, startApi } from '../helpers/api-rig.ts';

const resume = createRoutes({} as RouteDeps).find(({ id }) => id === 'resumeQueue');

test('An answer fits a row that names its status and has a schema for each of its fields', () => {
  expect(findMisfit(resume, { status: 200, body: { paused: null } })).toBeUndefined();
  expect(findMisfit(resume, problem(new AppError('pause_unsupported')))).toBeUndefined();
  expect(findMisfit(resume, problem(new AppError('unauthorized')))).toBeUndefined();
  expect(findMisfit(undefined, problem(new AppError('not_found')))).toBeUndefined();
});

test.each([
  [{ status: 201, body: { paused: null } }, 'the status 201'],
  [{ status: 200, body: { paused: true } }, 'paused: '],
  [{ status: 200, body: {} }, 'paused: '],
  [{ status: 200, body: { paused: null, more: 1 } }, 'more'],
  [problem(new AppError('task_not_found')), 'task_not_found'],
  [{ status: 404, body: { error: 'gone' } }, 'detail: '],
])('The answer %j does not fit, and what does not is named', (answered, named) => {
  expect(findMisfit(resume, answered)?.message).toContain(named);
});

test('An API whose answers are compared answers 500 in the place of one that does not fit', async () => {
  const required = { temporal: HERE } as Awaited<ReturnType<RouteDeps['checkHealth']>>['required'];
  const checkHealth = () => Promise.resolve({ required, engines: {}, cards: [] });
  const api = await startApi({ checkHealth });
  const response = await fetch(`${api.base}/health`);
  await api.close();
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({
    detail: expect.stringContaining('the answer does not fit the row of showHealth: ') as string,
  });
});
