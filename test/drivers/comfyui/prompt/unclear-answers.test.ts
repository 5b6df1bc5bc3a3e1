import { describe, expect, test, vi } from 'vitest';
import type { Faults } from '../../../../src/simulators/comfyui/faults.ts';
import { blank, comfyuiRig, inputOf, paint } from '../rig.ts';

type Rig = Awaited<ReturnType<typeof comfyuiRig>>;
const outcomes = ({ simulator }: Rig) => simulator.stats().submissions.map(({ outcome }) => outcome);

const UNCLEAR: readonly [string, Partial<Faults>][] = [
  ['an error', { errorsAfterQueueing: 1 }],
  ['a cut connection', { resetsAfterQueueing: 1 }],
  ['silence', { hangsAfterQueueing: 1 }],
  ["a proxy's 502", { oddAfterQueueing: { times: 1, status: 502, body: '<html>Bad Gateway</html>' } }],
  ["a proxy's 504", { oddAfterQueueing: { times: 1, status: 504, body: '' } }],
  ['an HTML page with 200', { oddAfterQueueing: { times: 1, status: 200, body: '<!DOCTYPE html><p>Wait' } }],
  ['an empty answer with 200', { oddAfterQueueing: { times: 1, status: 200, body: '' } }],
  ['JSON of another kind', { oddAfterQueueing: { times: 1, status: 200, body: '{"ok": true}' } }],
];

const IDS = [
  ['our ids', '0.33.0', false],
  ['ids of its own', '0.33.0', true],
  ['ids of its own and no jobs', '0.3.64', true],
] as const;

describe.each(IDS)('A server with %s', (_, version, ownPromptIds) => {
  test.each(UNCLEAR)('that answers a submission with %s runs it once', async (__, fault) => {
    const rig = await comfyuiRig({ simulator: { version } });
    for (const [taskId, graph] of Object.entries({ quick: blank(), slow: paint(20) })) {
      rig.simulator.setFaults({ ownPromptIds, ...structuredClone(fault) });
      expect((await (await rig.start(taskId, inputOf(graph))).result).files).toHaveLength(1);
    }
    expect(outcomes(rig)).toEqual(['success', 'success']);
  });

  test.each(UNCLEAR)('that answers a submission with %s gets the cancel', async (__, fault) => {
    const rig = await comfyuiRig({ simulator: { version } });
    rig.simulator.setFaults({ ownPromptIds, ...structuredClone(fault) });
    const run = await rig.start('task', inputOf(paint(10_000)));
    await vi.waitFor(() => expect(outcomes(rig)).toHaveLength(1), 20_000);
    run.cancel();
    await expect(run.result).rejects.toThrow('cancelled');
    expect(outcomes(rig)).toEqual([expect.stringMatching(/interrupted|removed/)]);
  });

  test.each([
    ['has ended', 1],
    ['still runs', 200],
  ])('whose worker died before the answer keeps its prompt, which %s', async (__, steps) => {
    const rig = await comfyuiRig({ simulator: { version } });
    rig.simulator.setFaults({ ownPromptIds, hangsAfterQueueing: 1 });
    const first = await rig.start('task', inputOf(paint(steps)));
    await vi.waitFor(() => expect(outcomes(rig)).toHaveLength(1), 20_000);
    first.leave();
    await expect(first.result).rejects.toThrow('shut down');
    if (steps === 1) await vi.waitFor(() => expect(outcomes(rig)).toEqual(['success']), 20_000);
    expect((await (await rig.start('task', inputOf(paint(steps)), 2)).result).files).toHaveLength(1);
    expect(outcomes(rig)).toEqual(['success']);
  });
});

test('A server that never gives a clear answer and has no prompt is given up, after two submissions', async () => {
  const rig = await comfyuiRig();
  rig.simulator.setFaults({ strangeAnswers: { '/prompt': '<html>Welcome</html>' } });
  await expect((await rig.start('task', inputOf(blank()))).result).rejects.toMatchObject({ code: 'comfyui_failed' });
});
