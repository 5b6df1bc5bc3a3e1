/** What Prometheus calls a metric family: all samples with one name. */
interface Definition {
  type: 'gauge' | 'counter' | 'histogram';
  help: string;
  labels: readonly string[];
  /** Whether each API process has its own numbers. All others come from Redis, Temporal and the engines. */
  own?: true;
}

const define = <T extends Record<string, Definition>>(families: T): T => families;

/** The metrics of the middleware. The values of all labels come from fixed lists or from the operator. */
export const FAMILIES = define({
  gpumw_up: { type: 'gauge', help: 'Whether a part works: 1 or 0. Unknown parts are left out.', labels: ['part'] },
  gpumw_engine_up: { type: 'gauge', help: 'Whether an engine accepts work: 1 or 0.', labels: ['engine'] },
  gpumw_engine_waiting_tasks: { type: 'gauge', help: 'Tasks that wait for an engine.', labels: ['engine'] },
  gpumw_queue_paused: { type: 'gauge', help: 'Whether the queue is paused: 1 or 0.', labels: [] },
  gpumw_queue_tasks: {
    type: 'gauge',
    help: 'Tasks that wait for their turn, by type and band of priorities.',
    labels: ['task_type', 'priority_band'],
  },
  gpumw_queue_oldest_seconds: {
    type: 'gauge',
    help: 'How long the oldest task of a type and band has waited for its turn; 0 without tasks.',
    labels: ['task_type', 'priority_band'],
  },
  gpumw_running_tasks: { type: 'gauge', help: 'Tasks that run.', labels: ['task_type'] },
  gpumw_card_held: {
    type: 'gauge',
    help: 'The last holder of each card that has not released it: 1 while its lease is valid, otherwise 0.',
    labels: ['gpu_id', 'host'],
  },
  gpumw_card_held_since_timestamp_seconds: {
    type: 'gauge',
    help: 'When the holder of a card took it, in seconds since 1970.',
    labels: ['gpu_id', 'host'],
  },
  gpumw_reconciler_lag_seconds: {
    type: 'gauge',
    help: 'The age of the last complete comparison of all statuses with Temporal.',
    labels: [],
  },
  gpumw_tasks_finished_total: {
    type: 'counter',
    help: 'Tasks and pipelines that have ended. A retried task ends again.',
    labels: ['task_type', 'outcome'],
  },
  gpumw_task_errors_total: {
    type: 'counter',
    help: 'Failed tasks by the code of their error.',
    labels: ['task_type', 'code'],
  },
  gpumw_task_attempts_total: { type: 'counter', help: 'Attempts of tasks that have ended.', labels: ['task_type'] },
  gpumw_queue_wait_seconds: {
    type: 'histogram',
    help: 'From the arrival of a task in the queue to the start of its attempt.',
    labels: ['task_type', 'priority_band'],
  },
  gpumw_task_duration_seconds: {
    type: 'histogram',
    help: 'From the start of the first attempt to the end of the task.',
    labels: ['task_type', 'outcome'],
  },
  gpumw_render_chunks_total: {
    type: 'counter',
    help: 'Chunks of completed films, drawn or reused from an earlier render.',
    labels: ['source'],
  },
  gpumw_webhook_deliveries_total: {
    type: 'counter',
    help: 'Tries to deliver webhooks.',
    labels: ['outcome'],
  },
  gpumw_webhooks: {
    type: 'gauge',
    help: 'Webhooks whose delivery is under way (pending) or was given up after the last try (failed).',
    labels: ['state'],
  },
  gpumw_tasks_submitted_total: {
    type: 'counter',
    help: 'Tasks and pipelines that this process has accepted.',
    labels: ['task_type'],
    own: true,
  },
  gpumw_http_requests_total: {
    type: 'counter',
    help: 'Requests to this process by route and status; 499: the client left before the answer.',
    labels: ['method', 'route', 'status'],
    own: true,
  },
  gpumw_http_request_duration_seconds: {
    type: 'histogram',
    help: 'From the arrival of a request to the end of its answer. Streams and long polls take as long as they are open.',
    labels: ['route'],
    own: true,
  },
});

export type FamilyName = keyof typeof FAMILIES;
