import { expect, test } from 'vitest';
import { createSendSlots } from '../../src/webhooks/send-slots.ts';

test('One host may have some places, all hosts together more', () => {
  const slots = createSendSlots({ most: 3, mostPerHost: 2 });
  const [first, second] = [slots('a'), slots('a')];
  expect([first, second]).not.toContain(null);
  expect(slots('a')).toBeNull();
  const third = slots('b');
  expect(third).not.toBeNull();
  expect(slots('c')).toBeNull();
  first?.();
  expect(slots('b')).not.toBeNull();
  expect(slots('a')).toBeNull();
  for (const giveBack of [second, third]) giveBack?.();
  expect(slots('a')).not.toBeNull();
});
