/** Values that the examples of several routes share. */

export const TASK_ID = '0b7f6c1e-52a5-4c58-b7a5-1f3f0a8f9d11';
const CREATED = '2026-01-04T09:32:56.000Z';

export const SUBMITTED = { status: 'queued' as const, task_id: TASK_ID };

const LINKS = { self: `/task_status/${TASK_ID}`, task: `/tasks/${TASK_ID}` };

export const QUEUED_STATUS = {
  status: 'pending' as const,
  result: null,
  task_id: TASK_ID,
  task_type: 'comfyui' as const,
  priority: 70,
  done: false,
  client: 'studio',
  tags: ['night'],
  metadata: { order: 1042 },
  created_at: CREATED,
  started_at: null,
  finished_at: null,
  progress: 0,
  phase: 'queued',
  stage: null,
  attempts: 0,
  waiting: null,
  queue_position: 2,
  eta_seconds: { min: 20, max: 45 },
  links: { ...LINKS, cancel: `/tasks/${TASK_ID}/cancel` },
};

const OVER = { done: true, links: LINKS, queue_position: null, eta_seconds: null, waiting: null };

export const COMPLETED_STATUS = {
  ...QUEUED_STATUS,
  ...OVER,
  status: 'completed' as const,
  result: {
    files: [
      {
        path: `output/${TASK_ID}/flux_dev_00001_.png`,
        url: `/assets/output/${TASK_ID}/flux_dev_00001_.png`,
        kind: 'image',
        content_type: 'image/png',
        size_bytes: 1_402_113,
        sha256: 'b19b5a818c1c52033c23a1929f6f47f7d0998174ea2a12faa386c4e86b432246',
        node: '9',
        width: 1024,
        height: 1024,
        filename: 'flux_dev_00001_.png',
        subfolder: '',
        type: 'output',
      },
    ],
    texts: [],
    seed: 12_345,
    prompt_id: 'f6b7d0a5-9d5a-4f0e-9a52-4f9f36f5a0b1',
    cached: false,
    ignored_params: [],
  },
  started_at: '2026-01-04T09:33:20.000Z',
  finished_at: '2026-01-04T09:33:41.000Z',
  progress: 1,
  phase: 'completed',
  attempts: 1,
};

export const CANCELLED_STATUS = {
  ...QUEUED_STATUS,
  ...OVER,
  status: 'failed' as const,
  result: {
    error: {
      code: 'cancelled' as const,
      message: 'The task was cancelled',
      hint: 'If you still want it, send POST /tasks/{task_id}/retry.',
      retryable: false,
    },
  },
  error: 'The task was cancelled',
  finished_at: '2026-01-04T09:33:10.000Z',
  phase: 'failed',
  links: { ...LINKS, retry: `/tasks/${TASK_ID}/retry` },
};

export const CANCELLING_STATUS = {
  ...QUEUED_STATUS,
  queue_position: null,
  eta_seconds: null,
  status: 'processing' as const,
  started_at: '2026-01-04T09:33:20.000Z',
  progress: 0.4,
  phase: 'cancelling',
  attempts: 1,
};

const { result: _result, queue_position: _position, eta_seconds: _eta, ...shown } = CANCELLED_STATUS;
export const LISTED = { ...shown, error_code: 'cancelled' as const, step: null };
export const CURSOR = 'WzE3Njc1MTgzNzYwMDAsIjFiIl0';

export const DETAILS = {
  ...COMPLETED_STATUS,
  input: {
    task_type: 'comfyui',
    priority: 70,
    timeouts: { queue_seconds: null, run_seconds: 3600 },
    payload: { template: 'flux_dev', graph: {}, seed: 12_345 },
  },
  attempt_history: [{ attempt: 1, started_at: '2026-01-04T09:33:20.000Z', outcome: 'completed' as const, error: null }],
  queued_ms: 24_000,
  running_ms: 21_000,
  files: COMPLETED_STATUS.result.files,
  step: null,
  traceparent: null,
};

export const PAUSE = { by: 'studio', reason: 'new driver', since: '2026-01-04T09:40:00.000Z' };

export const PART = { ok: true, detail: 'server 1.31.0 at localhost:7233' };
