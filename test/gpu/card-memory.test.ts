import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createCardMemory } from '../../src/gpu/card-memory.ts';
import { scratchFolder } from '../helpers/scratch.ts';

const signal = new AbortController().signal;

/** A program in the place of nvidia-smi. */
async function program(script: string): Promise<string> {
  const file = path.join(await scratchFolder(), 'nvidia-smi');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

test('Free memory is what nvidia-smi prints for the card that was named', async () => {
  const smi = await program('[ "$1" = "--id=1" ] && echo 20345 || echo 7');
  expect(await createCardMemory('1', smi)(signal)).toBe(20_345);
});

test('Without nvidia-smi, or without its answer, the free memory is unknown and nothing fails', async () => {
  expect(await createCardMemory('0', '/nowhere/nvidia-smi')(signal)).toBeNull();
  expect(await createCardMemory('0', await program('echo "No devices were found"; exit 6'))(signal)).toBeNull();
  expect(await createCardMemory('0', await program('echo "[N/A]"'))(signal)).toBeNull();
});

test('An abort is not taken for a missing program', async () => {
  const aborted = AbortSignal.abort(new Error('cancelled'));
  await expect(createCardMemory('0', await program('sleep 5'))(aborted)).rejects.toThrow('cancelled');
});
