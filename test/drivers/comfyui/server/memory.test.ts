import { expect, test } from 'vitest';
import { isFree } from '../../../../src/drivers/comfyui/server/memory.ts';

const GIB = 1024 ** 3;

test('Memory counts as freed by what ComfyUI itself still holds of the card', () => {
  const card = { name: 'card', type: 'cuda', vram_total: 24 * GIB, torch_vram_total: 0, torch_vram_free: 0 };
  expect(isFree({ ...card, vram_free: 23 * GIB })).toBe(true);
  expect(isFree({ ...card, vram_free: GIB, torch_vram_total: 22 * GIB, torch_vram_free: GIB })).toBe(false);
  expect(isFree({ ...card, vram_free: 12 * GIB, torch_vram_total: GIB, torch_vram_free: GIB / 2 })).toBe(true);
  expect(isFree({ ...card, vram_free: GIB })).toBe(false);
  expect(isFree({ ...card, type: 'cpu', vram_free: 0 })).toBe(true);
});
