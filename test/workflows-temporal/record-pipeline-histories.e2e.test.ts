import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { createPipelineRig, type PipelineRig } from '../helpers/pipeline-rig.ts';

/** What makes a history long; it is left out of what is written. */
const BIG = 'x'.repeat(400_000);
const withoutBig = (history: string): string =>
  JSON.stringify(
    JSON.parse(history, (key, value: unknown) => {
      if (key !== 'data' || typeof value !== 'string') return value;
      const text = Buffer.from(value, 'base64').toString();
      return text.includes(BIG) ? Buffer.from(text.replaceAll(BIG, 'x')).toString('base64') : value;
    }),
    null,
    2,
  );

/** Not a test, as `record-histories` is none: it writes the histories of pipelines that `replay.test.ts` replays. */
describe.runIf(process.env['RECORD_HISTORIES'] === '1')('Recording', () => {
  let broken = true;
  let rig: PipelineRig;
  beforeAll(async () => {
    rig = await createPipelineRig(({ what }) =>
      what === 'The second one.' && broken
        ? Promise.reject(new AppError('comfyui_refused', 'node 3'))
        : Promise.resolve(),
    );
  });
  afterAll(() => rig.stop());

  /** Page by page: the whole of a long history is more than one answer may be. */
  const eventsOf = async (workflowId: string, runId: string | undefined) => {
    const { workflowService } = rig.temporal.client;
    const events = [];
    let nextPageToken: Uint8Array | undefined;
    do {
      const page = await workflowService.getWorkflowExecutionHistory({
        namespace: 'default',
        execution: { workflowId, ...(runId === undefined ? {} : { runId }) },
        maximumPageSize: 10,
        ...(nextPageToken === undefined ? {} : { nextPageToken }),
      });
      events.push(...(page.history?.events ?? []));
      ({ nextPageToken } = page);
    } while (nextPageToken !== undefined && nextPageToken.length > 0);
    return events;
  };

  const save = async (name: string, id: string, runId?: string): Promise<void> => {
    const history = historyToJSON({ events: await eventsOf(id, runId) });
    const anonymous = withoutBig(history).replaceAll(process.cwd(), '/app').replaceAll(hostname(), 'host');
    await writeFile(new URL(`../fixtures/histories/${name}.json`, import.meta.url), `${anonymous}\n`);
  };

  test('A pipeline that failed, and its retry', async () => {
    const voice = { id: 'voice', task_type: 'cosyvoice', payload: { text: 'The first one. The second one.' } };
    const each = { task_type: 'comfyui', for_each: { $from: 'voice.sentences' } };
    const skipped = { ...each, id: 'skipped', on_error: 'skip', payload: { prompt: { $from: '$item.start_ms' } } };
    const pictures = { ...each, id: 'pictures', depends_on: ['skipped'], payload: { prompt: '${$item.text}' } };
    const id = await rig.submitPipeline({ steps: [voice, skipped, pictures], output: { $from: 'pictures[1].seed' } });
    await rig.end(id);
    await save('pipeline-failed', id);
    broken = false;
    await rig.actions.retryTask(id);
    await rig.end(id);
    await save('pipeline-retried', id);
  });

  test('A pipeline whose steps are ready at the same time', async () => {
    const picture = (id: string) => ({ id, task_type: 'comfyui', payload: { prompt: id } });
    const items = Array.from({ length: 12 }, (_, index) => `item ${index}`);
    const many = { ...picture('many'), for_each: items, payload: { prompt: '${$item}' } };
    const few = { ...many, id: 'few', for_each: ['x', 'y'], depends_on: ['one'] };
    const id = await rig.submitPipeline({
      steps: [many, picture('one'), few, { ...picture('last'), depends_on: ['one'] }],
    });
    await rig.end(id);
    await save('pipeline-side-by-side', id);
  });

  test('A pipeline that went on in a new run', { timeout: 300_000 }, async () => {
    const items = Array.from({ length: 40 }, (_, index) => index);
    const picture = { task_type: 'comfyui', payload: { prompt: 'one' } };
    const id = await rig.submitPipeline({
      steps: [
        { ...picture, id: 'one' },
        { ...picture, id: 'many', depends_on: ['one'], for_each: items, payload: { prompt: `\${$item} ${BIG}` } },
        { ...picture, id: 'last', depends_on: ['many'] },
      ],
      output: { $from: 'many[39].seed' },
    });
    await rig.end(id);
    const { raw } = await rig.handle(id).describe();
    await save('pipeline-long-first-run', id, raw.workflowExecutionInfo?.firstRunId ?? '');
    await save('pipeline-long-last-run', id);
  });
});
