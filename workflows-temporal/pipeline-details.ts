import type { StepPlan } from '../src/contracts/pipeline.ts';

/** The Markdown that the Web UI shows for a running pipeline: the progress of each step. */
export function createPipelineDetails(plan: readonly StepPlan[]) {
  const ended = new Map<string, number>();
  const of = new Map<string, number>();
  let end = '';
  return {
    stepBegan: (step: string, items: number): void => void of.set(step, items),
    taskEnded: (step: string): void => void ended.set(step, (ended.get(step) ?? 0) + 1),
    ended: (text: string): void => {
      end = `${text}\n\n`;
    },
    text: (): string =>
      end + plan.map(({ id }) => `* **${id}** ${ended.get(id) ?? 0} of ${of.get(id) ?? 1} done`).join('\n'),
  };
}
