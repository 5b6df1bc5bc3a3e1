import { PIPELINE } from '../src/contracts/names.ts';
import type { PipelineRecord } from '../src/contracts/pipeline-activities.ts';
import type { TaskInput } from '../src/contracts/task.ts';
import { type ErrorBody, withoutWords } from '../src/errors.ts';
import type { Logger } from '../src/logging.ts';
import { formatReference } from '../src/pipelines/reference.ts';

/** The name of a part of a pipeline: `pictures[1] of pipeline <id>`. */
const partOf = (pipelineId: string, step: string, index: number | null): string =>
  `${formatReference({ root: step, path: index === null ? [] : [index] })} of ${PIPELINE} ${pipelineId}`;

/** The log lines about pipelines, in the form of the lines about tasks. */
export const createPipelineLog = (logger: Logger) => ({
  /** The only line that contains both the task and its position in the pipeline. */
  queued(taskId: string, { taskType, priority, step }: TaskInput): void {
    if (step === undefined) return;
    const { pipelineId, index } = step;
    const part = partOf(pipelineId, step.step, index);
    logger.info(`📥 Queued: ${taskType} (ID: ${taskId}, priority ${priority}, ${part})`);
  },
  refused(pipelineId: string, step: string, index: number | null, { message }: ErrorBody): void {
    logger.error(`❌ Failed: ${partOf(pipelineId, step, index)}: ${message}`);
  },
  ended(pipelineId: string, outcome: NonNullable<PipelineRecord['outcome']>): void {
    const about = `${PIPELINE} ${pipelineId}`;
    if (outcome.status === 'completed') logger.info(`✅ Done: ${about}`);
    else if (outcome.result.error.code === 'cancelled') logger.warn(`⏹️ Stopped: ${about}`);
    else logger.error(`❌ Failed: ${about}: ${withoutWords(outcome.result.error.message)}`);
  },
});
