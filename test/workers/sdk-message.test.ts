import { expect, test } from 'vitest';
import { sdkMessage } from '../../src/workers/sdk-message.ts';

const ID = '0b7f6c1e-52a5-4c58-b7a5-1f3f0a8f9d11';

test('A line about a workflow names its task, so that a failed pipeline is found in the log by its id', () => {
  const error = new Error('A step of the pipeline failed: film');
  expect(sdkMessage('Workflow failed', { workflowId: ID, error })).toBe(
    `Workflow failed (ID: ${ID}): A step of the pipeline failed: film`,
  );
});

test('A line about no workflow stays as it is', () => {
  expect(sdkMessage('Worker state changed')).toBe('Worker state changed');
  expect(sdkMessage('Poll failed', { error: new Error('refused') })).toBe('Poll failed: refused');
});
