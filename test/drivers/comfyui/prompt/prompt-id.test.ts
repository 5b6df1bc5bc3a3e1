import fc from 'fast-check';
import { expect, test } from 'vitest';
import { promptIdOf, secondPromptId } from '../../../../src/drivers/comfyui/prompt/prompt-id.ts';

const attempts = fc.record({ runId: fc.string(), activityId: fc.string(), attempt: fc.integer({ min: 1, max: 50 }) });
const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('A prompt id is a canonical lowercase version 4 UUID and the same each time', () => {
  fc.assert(
    fc.property(attempts, (attempt) => {
      expect(promptIdOf(attempt)).toMatch(CANONICAL);
      expect(secondPromptId(promptIdOf(attempt))).toMatch(CANONICAL);
      expect(promptIdOf({ ...attempt })).toBe(promptIdOf(attempt));
    }),
  );
});

test('Different attempts, activities and runs have different prompt ids', () => {
  fc.assert(
    fc.property(attempts, attempts, (one, other) => {
      const same = one.runId === other.runId && one.activityId === other.activityId && one.attempt === other.attempt;
      expect(promptIdOf(one) === promptIdOf(other)).toBe(same);
    }),
  );
});
