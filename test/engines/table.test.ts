import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { comfyuiPayloadSchema } from '../../src/contracts/comfyui.ts';
import { cosyvoicePayloadSchema } from '../../src/contracts/cosyvoice.ts';
import { ENGINES } from '../../src/contracts/engines.ts';
import { isServerEngine, PIPELINE, SERVER_ENGINES, TASK_TYPES, type WorkType } from '../../src/contracts/names.ts';
import { serverSettings } from '../../src/contracts/setting-names.ts';
import { createEngines } from '../../src/engines/engines.ts';
import { checkEngines } from '../../src/local/doctor/engines.ts';
import { createLines } from '../helpers/lines.ts';
import { renderPayloadSchema } from '../../src/contracts/render.ts';
import { ERRORS, givenUpAs, isErrorCode } from '../../src/errors.ts';
import { projectRoot } from '../../src/host/project.ts';
import * as workflows from '../../workflows-temporal/index.ts';

describe.each(TASK_TYPES)('The task type %s', (type) => {
  test('has a workflow of its name', () => {
    const all: Record<WorkType, unknown> = workflows;
    expect(all[type]).toBe(workflows.comfyui);
    expect(Object.keys(workflows).toSorted()).toEqual([...TASK_TYPES, PIPELINE, 'webhook'].toSorted());
  });

  test('has a label and settings that no other has', () => {
    const others = TASK_TYPES.filter((other) => other !== type).map((other) => ENGINES[other]);
    expect(others.map(({ label }) => label)).not.toContain(ENGINES[type].label);
    expect(others.map(({ setting }) => setting)).not.toContain(ENGINES[type].setting);
  });
});

test.each([
  ['comfyui', comfyuiPayloadSchema],
  ['cosyvoice', cosyvoicePayloadSchema],
  ['remotion_render', renderPayloadSchema.in],
] as const)('The fields of a payload of %s are those of its schema', (type, { shape }) => {
  expect([...ENGINES[type].payloadFields].toSorted()).toEqual(Object.keys(shape).toSorted());
});

describe.each(SERVER_ENGINES)('The engine %s', (engine) => {
  test('has a stand-in', () => {
    expect(existsSync(path.join(projectRoot(), 'src', 'simulators', engine, 'main.ts'))).toBe(true);
  });

  test('has an error for being away, and another one for answering but refusing work', () => {
    const away = `${engine}_unavailable`;
    expect(ERRORS).toHaveProperty([away, 'class'], 'unavailable');
    expect(isErrorCode(away) && givenUpAs(away)).not.toBe(away);
  });
});

const config = loadConfig(
  Object.fromEntries(SERVER_ENGINES.map((engine) => [serverSettings(engine).url, 'http://127.0.0.1:9'])),
);

test('The engines have a driver for each task type, and those that are servers are probed', async () => {
  const engines = createEngines({ config, logger: createLines().logger });
  expect(Object.keys(engines).toSorted()).toEqual([...TASK_TYPES].toSorted());
  for (const engine of SERVER_ENGINES)
    expect(await engines[engine].check()).toMatchObject({ up: false, code: `${engine}_unavailable` });
});

test('The doctor has a line for every engine that is a server', async () => {
  const findings = await checkEngines({ config, isSet: () => false });
  expect(findings.map(({ part }) => part)).toEqual(SERVER_ENGINES.map((engine) => ENGINES[engine].label));
});

test('Remotion is a part of the worker, so that no task waits for it', () => {
  expect(isServerEngine('remotion_render')).toBe(false);
});
