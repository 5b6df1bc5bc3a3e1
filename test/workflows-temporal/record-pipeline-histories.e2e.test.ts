import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { createPipelineRig, type PipelineRig } from '../helpers/pipeline-rig.ts';

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

  const save = async (name: string, id: string): Promise<void> => {
    const history = historyToJSON(await rig.handle(id).fetchHistory());
    const anonymous = history.replaceAll(process.cwd(), '/app').replaceAll(hostname(), 'host');
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
});
