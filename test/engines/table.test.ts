import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { comfyuiPayloadSchema } from '../../src/contracts/comfyui.ts';
import { cosyvoicePayloadSchema } from '../../src/contracts/cosyvoice.ts';
import { ENGINES } from '../../src/contracts/engines.ts';
import { isServerEngine, PIPELINE, SERVER_ENGINES, TASK_TYPES, type WorkType } from '../../src/contracts/names.ts';
import { renderPayloadSchema } from '../../src/contracts/render.ts';
import { ERRORS, givenUpAs, isErrorCode } from '../../src/errors.ts';
import { projectRoot } from '../../src/host/project.ts';
import * as workflows from '../../workflows-temporal/index.ts';

describe.each(TASK_TYPES)('The task type %s', (type) => {
  test('has a workflow of its name', () => {
    const all: Record<WorkType, unknown> = workflows;
    expect(all[type]).toBe(workflows.comfyui);
    expect(Object.keys(workflows).toSorted()).toEqual([...TASK_TYPES, PIPELINE].toSorted());
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

  test('has an error for being away, and another word for when it answers and yet takes no work', () => {
    const away = `${engine}_unavailable`;
    expect(ERRORS).toHaveProperty([away, 'class'], 'unavailable');
    expect(isErrorCode(away) && givenUpAs(away)).not.toBe(away);
  });
});

test('Remotion is a part of the worker, so that no task waits for it', () => {
  expect(isServerEngine('remotion_render')).toBe(false);
});
