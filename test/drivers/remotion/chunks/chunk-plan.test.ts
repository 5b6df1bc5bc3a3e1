import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunkSizes, planChunks } from '../../../../src/drivers/remotion/chunks/chunk-plan.ts';

const aPlan = fc.record({
  frames: fc.integer({ min: 1, max: 20_000 }),
  chunkFrames: fc.integer({ min: 30, max: 2000 }),
  children: fc.integer({ min: 1, max: 16 }),
});

test('The chunks of a film cover it exactly, in order, and none is empty.', () => {
  fc.assert(
    fc.property(aPlan, ({ frames, ...how }) => {
      const chunks = planChunks(frames, how);
      expect(chunks[0]?.from).toBe(0);
      expect(chunks.at(-1)?.to).toBe(frames);
      chunks.forEach(({ from, to }, index) => {
        expect(to).toBeGreaterThan(from);
        expect(from).toBe(chunks[index - 1]?.to ?? 0);
      });
    }),
  );
});

test('No chunk is more than half longer than was asked for.', () => {
  fc.assert(
    fc.property(aPlan, ({ frames, ...how }) => {
      for (const { from, to } of planChunks(frames, how))
        expect(to - from).toBeLessThanOrEqual(how.chunkFrames * 1.5 + 1);
    }),
  );
});

test('Children that take the chunks in their order end within one short chunk of each other.', () => {
  fc.assert(
    fc.property(aPlan, ({ frames, ...how }) => {
      const work = Array.from({ length: how.children }, () => 0);
      const chunks = planChunks(frames, how);
      for (const { from, to } of chunks) work[work.indexOf(Math.min(...work))] = Math.min(...work) + to - from;
      const least = Math.round((how.chunkFrames * 2) / 17);
      const rest =
        Math.max(...chunks.map(({ from, to }) => to - from)) - Math.min(...chunks.map(({ from, to }) => to - from));
      const tooShort = frames < least * how.children;
      if (!tooShort) expect(Math.max(...work) - Math.min(...work)).toBeLessThanOrEqual(Math.max(rest, how.children));
    }),
  );
});

test('300 frames are shared by two children in halves, whatever their size on the grid is.', () => {
  expect(planChunks(300, { chunkFrames: 120, children: 2 })).toEqual([
    { from: 0, to: 150 },
    { from: 150, to: 300 },
  ]);
});

test('A film that grows keeps its first chunks.', () => {
  const how = { chunkFrames: 100, children: 2 };
  const [before, after] = [planChunks(1000, how), planChunks(1500, how)];
  expect(before.slice(0, 6)).toEqual(after.slice(0, 6));
});

test('A film too short for that is drawn by fewer children.', () => {
  expect(planChunks(10, { chunkFrames: 240, children: 4 })).toEqual([{ from: 0, to: 10 }]);
});

test('A chunk is 10 to 30 seconds of work, and chunks of other sizes are looked for.', () => {
  fc.assert(
    fc.property(fc.double({ min: 3, max: 400, noNaN: true }), (speed) => {
      const [size = 0, ...others] = chunkSizes(speed, 100_000);
      expect(size / speed).toBeGreaterThanOrEqual(10);
      expect(size / speed).toBeLessThanOrEqual(30);
      // What another speed asked for is looked for, too, and the likely speeds first.
      for (const factor of [0.1, 0.8, 1.25, 10])
        expect([size, ...others]).toContain(chunkSizes(Math.max(2, speed * factor), 100_000)[0]);
      expect(Math.abs(Math.log((others[0] ?? 0) / size))).toBeLessThan(0.4);
    }),
  );
});
