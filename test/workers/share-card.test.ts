import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { ComfyuiDriver } from '../../src/drivers/comfyui/driver.ts';
import type { CosyvoiceDriver, CosyvoiceHealth } from '../../src/drivers/cosyvoice/driver.ts';
import { createComfyuiEngine } from '../../src/engines/comfyui-engine.ts';
import { createCosyvoiceEngine } from '../../src/engines/cosyvoice-engine.ts';
import { createEngines } from '../../src/engines/engines.ts';
import { AppError } from '../../src/errors.ts';
import { shareCard } from '../../src/workers/share-card.ts';
import { createLines } from '../helpers/lines.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const UP: CosyvoiceHealth = { up: true, dialect: 'v3', forced: false, version: null };
const DOWN: CosyvoiceHealth = { up: false, code: 'cosyvoice_unavailable', message: 'refused' };
const signal = new AbortController().signal;

/** A card of which CosyVoice has 6000 MiB while the file `speaking` is there, and ComfyUI as much while `painting` is. */
async function rig(environment: Record<string, string> = {}) {
  const folder = await scratchFolder();
  const speaking = path.join(folder, 'speaking');
  const painting = path.join(folder, 'painting');
  await writeFile(speaking, '');
  const smi = path.join(folder, 'nvidia-smi');
  await writeFile(smi, `#!/bin/sh\necho $((16000 - $(ls '${folder}' | grep -c ing$) * 6000))\n`);
  await chmod(smi, 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);

  const freeMemory = vi.fn<ComfyuiDriver['freeMemory']>(() => rm(painting));
  const { logger, said } = createLines();
  const config = loadConfig({
    VRAM_MB_COMFYUI: '12000',
    VRAM_MB_COSYVOICE: '12000',
    COSYVOICE_STOP_COMMAND: `rm '${speaking}'`,
    COSYVOICE_START_COMMAND: `touch '${speaking}'`,
    ...environment,
  });
  const deps = { config, logger };
  const comfyui = { freeMemory, heldMemory: () => Promise.resolve(0) } as unknown as ComfyuiDriver;
  const check = () => Promise.resolve(existsSync(speaking) ? UP : DOWN);
  const makeRoom = shareCard({
    ...deps,
    engines: {
      ...createEngines(deps),
      comfyui: createComfyuiEngine(deps, comfyui),
      cosyvoice: createCosyvoiceEngine(deps, { check } as unknown as CosyvoiceDriver),
    },
  });
  return { makeRoom, freeMemory, speaking, painting, said };
}

test('CosyVoice is stopped when ComfyUI needs its memory, and started again for the next speech', async () => {
  const { makeRoom, speaking } = await rig();
  await makeRoom('comfyui', null, signal);
  expect(existsSync(speaking)).toBe(false);
  await makeRoom('cosyvoice', null, signal);
  expect(existsSync(speaking)).toBe(true);
});

test('Without a command to stop it, CosyVoice stays, and the task is tried all the same', async () => {
  const { makeRoom, speaking, said } = await rig({ COSYVOICE_STOP_COMMAND: '' });
  await makeRoom('comfyui', null, signal);
  expect(existsSync(speaking)).toBe(true);
  expect(said.join('\n')).toMatch(/ComfyUI still lacks 2000 MiB/);
});

test('A speech has ComfyUI free its memory; a ComfyUI that does not is logged and blocks nobody', async () => {
  const { makeRoom, freeMemory, painting, said } = await rig({ VRAM_MB_COSYVOICE: '9000' });
  await writeFile(painting, '');
  await makeRoom('cosyvoice', null, signal);
  expect(existsSync(painting)).toBe(false);
  await writeFile(painting, '');
  freeMemory.mockRejectedValue(new AppError('vram_exhausted', 'ComfyUI does not free its memory'));
  await makeRoom('cosyvoice', null, signal);
  expect(said.join('\n')).toMatch(/ComfyUI did not free memory: VRAM exhausted/);
});

test('The texts of the commands, which may hold secrets, are not logged', async () => {
  const { makeRoom, said } = await rig({ COSYVOICE_STOP_COMMAND: 'TOKEN=hunter2 false' });
  await makeRoom('comfyui', null, signal);
  expect(said.join('\n')).toContain('COSYVOICE_STOP_COMMAND failed');
  expect(said.join('\n')).not.toContain('hunter2');
});
