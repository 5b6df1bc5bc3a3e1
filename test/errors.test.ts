import { readFile } from 'node:fs/promises';
import { ServiceError } from '@temporalio/client';
import { expect, test } from 'vitest';
import { API_ERRORS } from '../src/errors/api.ts';
import { COMFYUI_ERRORS } from '../src/errors/comfyui.ts';
import { COSYVOICE_ERRORS } from '../src/errors/cosyvoice.ts';
import { FILE_ERRORS } from '../src/errors/files.ts';
import { SOURCE_ERRORS } from '../src/errors/sources.ts';
import { PIPELINE_ERRORS } from '../src/errors/pipelines.ts';
import { QUEUE_ERRORS } from '../src/errors/queue.ts';
import { REMOTION_ERRORS } from '../src/errors/remotion.ts';
import { TASK_ERRORS } from '../src/errors/tasks.ts';
import { VOICE_ERRORS } from '../src/errors/voices.ts';
import type { CatalogueEntry } from '../src/errors/catalogue-entry.ts';
import { AppError, ERRORS, isErrorCode, messageOf } from '../src/errors.ts';

test('An error carries the words of the catalogue and the particulars of the case', () => {
  expect(new AppError('render_failed', 'the browser crashed').body).toEqual({
    code: 'render_failed',
    message: 'Render failed: the browser crashed',
    hint: 'Check `worker.log` for Remotion errors',
    retryable: true,
  });
});

test('The documented troubleshooting rows are errors in their words, with their remedies as hints', () => {
  expect(ERRORS.redis_unavailable.message).toContain('Connection refused');
  expect(ERRORS.redis_unavailable.hint).toBe('Start Redis: `docker compose up redis -d`');
  expect(ERRORS.render_failed.message).toBe('Render failed');
  expect(ERRORS.render_failed.hint).toBe('Check `worker.log` for Remotion errors');
});

test('A message is at most 2,000 bytes long, however long its particulars are', () => {
  for (const detail of [' '.repeat(1_000_000), 'é'.repeat(1_000_000), 'x\n\n'.repeat(100_000)]) {
    expect(Buffer.byteLength(new AppError('step_failed', detail).message)).toBeLessThanOrEqual(2000);
    expect(Buffer.byteLength(messageOf(new Error(detail)))).toBeLessThanOrEqual(2000);
  }
});

test('Only codes of the catalogue are error codes', () => {
  expect(isErrorCode('task_not_found')).toBe(true);
  expect(isErrorCode('toString')).toBe(false);
  expect(isErrorCode(undefined)).toBe(false);
});

test('docs/errors.md lists every error of the catalogue, and no other', async () => {
  const page = await readFile(new URL('../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \| (\w+) \| (.+?) \| (.+?) \|$/gm)].map(
    ([, code, status, kind, message, hint]) => ({ code, status: Number(status), class: kind, message, hint }),
  );
  const catalogue = Object.entries<CatalogueEntry>(ERRORS).map(([code, { status, class: kind, message, hint }]) => {
    return { code, status, class: kind, message, hint };
  });
  expect(rows).toEqual(catalogue);
});

test('A refusal of Temporal is reported with its reason, not only with the failed call', () => {
  const cause = new Error('14 UNAVAILABLE: No connection established');
  expect(messageOf(new ServiceError('Failed to start Workflow', { cause }))).toBe(
    'Failed to start Workflow: 14 UNAVAILABLE: No connection established',
  );
  expect(messageOf(new Error('the browser crashed', { cause }))).toBe('the browser crashed');
  expect(messageOf('torn')).toBe('torn');
  const late = 'Deadline exceeded after 5.001s,metadata filters: 0.001s,LB pick: 0.003s,remote_addr=10.0.0.7:7233';
  expect(
    messageOf(new ServiceError('Failed to list workflows', { cause: new Error(`4 DEADLINE_EXCEEDED: ${late}`) })),
  ).toBe('Failed to list workflows: 4 DEADLINE_EXCEEDED: Deadline exceeded after 5.001s');
});

test('No code occurs in two files of the catalogue', () => {
  const subjects = [
    API_ERRORS,
    VOICE_ERRORS,
    FILE_ERRORS,
    SOURCE_ERRORS,
    TASK_ERRORS,
    PIPELINE_ERRORS,
    QUEUE_ERRORS,
    REMOTION_ERRORS,
    COMFYUI_ERRORS,
    COSYVOICE_ERRORS,
  ];
  expect(subjects.flatMap((subject) => Object.keys(subject))).toEqual(Object.keys(ERRORS));
});

/** Their hints are documented in these words. */
const DOCUMENTED = ['render_failed', 'redis_unavailable', 'template_not_found', 'vram_exhausted'];
const SETTING = /\b[A-Z]{2,}_[A-Z_]+\b/;
const FOR_OPERATORS =
  /docker|npm |\.log\b|\blog of\b|comfy-templates|\brestart|\bstart |\bmount|\binstall|free space|server\.py/i;

test('Advice that only an operator can follow says so', () => {
  for (const [code, { hint }] of Object.entries(ERRORS)) {
    const parts = hint.replaceAll('ASSET_PATH', 'the asset folder').split(/(?=For the operator: )/);
    const forClients = parts[0]?.startsWith('For the operator') === true ? '' : (parts[0] ?? '');
    const sentences = forClients.split(/(?<=[.;]) /).filter((one) => !/\boperator\b/.test(one));
    if (DOCUMENTED.includes(code)) continue;
    for (const one of sentences) for (const what of [SETTING, FOR_OPERATORS]) expect(one).not.toMatch(what);
  }
});
