import { expect, test } from 'vitest';
import { forServerEngines, type ServerEngine } from '../../src/contracts/names.ts';
import { createMakeRoom, type Tenant } from '../../src/gpu/make-room.ts';
import { createLines } from '../helpers/lines.ts';

interface Card {
  /** MiB. */
  total: number;
  /** What each engine has of it; the key of one that was stopped is absent. */
  held: Partial<Record<ServerEngine, number>>;
  /** Engines that cannot be made to leave. */
  stubborn?: readonly ServerEngine[];
  /** Looks at the card after which memory that was given back shows. */
  lag?: number;
  blind?: boolean;
}

/** A card that gives memory back a while after its tenant left, as real ones do. */
function rig(card: Card) {
  const calls: string[] = [];
  const { logger, said } = createLines();
  const held: Partial<Record<ServerEngine, number>> = { ...card.held };
  let returning = 0;
  let looks = 0;
  const tenant = (name: ServerEngine): Tenant => ({
    held: () => Promise.resolve(held[name] ?? 0),
    leave() {
      calls.push(`${name} leaves`);
      if (card.stubborn?.includes(name) || held[name] === undefined) return Promise.resolve(false);
      returning += held[name];
      delete held[name];
      looks = 0;
      return Promise.resolve(true);
    },
    enter() {
      calls.push(`${name} enters`);
      return Promise.resolve();
    },
  });
  const makeRoom = createMakeRoom({
    freeMb() {
      if (card.blind === true) return Promise.resolve(null);
      if (looks++ >= (card.lag ?? 0)) returning = 0;
      const used = Object.values(held).reduce((sum, one) => sum + one, 0);
      return Promise.resolve(card.total - used - returning);
    },
    tenants: forServerEngines(tenant),
    needs: { ...forServerEngines(() => null), comfyui: 12_000, cosyvoice: 6000 },
    waitMs: 1000,
    logger,
  });
  const make = (engine: ServerEngine, needed: number | null = null) =>
    makeRoom(engine, needed, new AbortController().signal);
  return { make, calls, said };
}

test('No engine leaves a card with enough room', async () => {
  const { make, calls } = rig({ total: 24_000, held: { cosyvoice: 5000 } });
  await make('comfyui');
  expect(calls).toEqual(['comfyui enters']);
});

test('If too little memory is free, the other engine frees its memory first', async () => {
  const { make, calls, said } = rig({ total: 16_000, held: { cosyvoice: 5000 }, lag: 2 });
  await make('comfyui');
  expect(calls).toEqual(['cosyvoice leaves', 'comfyui enters']);
  expect(said.join('\n')).toMatch(/ComfyUI needs 12000 MiB of the card and lacks 1000/);
  expect(said.join('\n')).not.toMatch(/still lacks/);
});

test('What an engine holds already counts as room for it', async () => {
  const { make, calls } = rig({ total: 16_000, held: { cosyvoice: 3000, comfyui: 12_000 } });
  await make('comfyui');
  expect(calls).toEqual(['comfyui enters']);
});

test('What a template says it needs counts more than the setting of its engine', async () => {
  const { make, calls } = rig({ total: 24_000, held: { cosyvoice: 5000 } });
  await make('comfyui', 20_000);
  expect(calls).toContain('cosyvoice leaves');
});

test('An engine that cannot leave delays no task; the log says how much memory is missing', async () => {
  const { make, calls, said } = rig({ total: 16_000, held: { cosyvoice: 5000 }, stubborn: ['cosyvoice'] });
  await make('comfyui');
  expect(calls).toEqual(['cosyvoice leaves', 'comfyui enters']);
  expect(said.join('\n')).toMatch(/still lacks 1000 MiB/);
});

test('If the free memory is unknown, no engine leaves', async () => {
  const { make, calls } = rig({ total: 0, held: { cosyvoice: 5000 }, blind: true });
  await make('comfyui', 99_000);
  expect(calls).toEqual(['comfyui enters']);
});
