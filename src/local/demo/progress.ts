import type { PipelineStatus, StepStatus } from '../../contracts/pipeline.ts';

const STEP_PERCENT = 25;

function progressOf(step: StepStatus): string | undefined {
  if ('items' in step) {
    const { items } = step;
    const done = items?.filter(({ status }) => status === 'completed').length ?? 0;
    return done === 0 || items === null ? undefined : `${done} of ${items.length}`;
  }
  if (step.status !== 'processing') return step.status === 'pending' ? undefined : step.status;
  const percent = Math.floor((step.progress * 100) / STEP_PERCENT) * STEP_PERCENT;
  return percent === 0 ? step.phase : `${step.phase}, ${percent} %`;
}

/** Reports the progress of each step of a pipeline whenever it changes. @param say prints one line. */
export function createProgress(say: (line: string) => void): (status: PipelineStatus) => void {
  const said = new Map<string, string>();
  return ({ steps }) => {
    for (const [id, step] of Object.entries(steps)) {
      const text = progressOf(step);
      if (text === undefined || text === said.get(id)) continue;
      said.set(id, text);
      say(`${id}: ${text}`);
    }
  };
}
