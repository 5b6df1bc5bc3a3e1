import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createPipelineLog } from '../../../activities/log-pipeline.ts';
import { AppError, loggedMessageOf } from '../../../src/errors.ts';
import { createLineLogger } from '../../../src/logging.ts';
import { toApplicationFailure } from '../../../src/temporal/failures.ts';
import { sdkMessage } from '../../../src/workers/sdk-message.ts';
import { speechRig } from './rig.ts';

const SECRET = 'Nobody may read of the merger.';

/** A server that answers with what it was asked to say. */
async function echoing(status: number, answer: (sent: string) => string) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => response.writeHead(status).end(answer(Buffer.concat(chunks).toString())));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return speechRig(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    dialect: 'v2',
    timings: { sentence: 300 },
  });
}

test.each<[string, number, (sent: string) => string]>([
  ['repeats it in place of sound', 200, () => JSON.stringify({ error: `cannot say "${SECRET}"` })],
  ['repeats the whole form', 200, (sent) => sent],
  ['refuses it in words', 400, () => `bad text: ${SECRET}`],
  [
    'refuses it as FastAPI does',
    422,
    () => JSON.stringify({ detail: [{ loc: ['body', 'tts_text'], msg: `bad value ${SECRET}`, input: SECRET }] }),
  ],
  ['fails with it', 500, () => `Traceback: ${SECRET}`],
  ['sends nothing', 200, () => ''],
])('Words of a script reach no log when the server %s.', async (_case, status, answer) => {
  const rig = await echoing(status, answer);
  const error: unknown = await rig.speak(rig.input(SECRET)).catch((thrown: unknown) => thrown);
  if (!(error instanceof AppError)) throw error;
  const failure = toApplicationFailure(error, true, `${error.message} (given up after 3 attempts without progress)`);
  const lines = [
    ...rig.lines,
    loggedMessageOf(error),
    loggedMessageOf(failure),
    sdkMessage('Activity failed', { error: failure }),
  ];
  expect(lines.join('\n')).not.toContain('merger');
  expect(loggedMessageOf(failure)).toContain('given up after 3 attempts');

  // What comes back from Temporal has its message only.
  const returned = new Error(failure.message);
  expect(sdkMessage('Workflow failed', { error: returned })).not.toContain('merger');
  const pipelineLines: string[] = [];
  const step = new AppError('step_failed', `voice: ${error.message}`);
  createPipelineLog(createLineLogger('x', (line) => pipelineLines.push(line))).ended('p', {
    status: 'failed',
    result: { error: step.body },
  });
  expect(pipelineLines.join()).toContain('A step of the pipeline failed: voice: CosyVoice');
  expect(pipelineLines.join()).not.toContain('merger');
});

test('The client gets the sentence and the answer that came instead.', async () => {
  const rig = await echoing(200, () => `cannot say "${SECRET}"`);
  await expect(rig.speak(rig.input(SECRET))).rejects.toThrow(
    /sentence 1 of 1, "Nobody may.*text instead of sound: cannot/,
  );
});
