/** The metrics of the Temporal SDK that the board uses, with their labels. An end-to-end test compares them with a worker. */
export const SDK_METRICS: Readonly<Record<string, readonly string[]>> = {
  temporal_worker_task_slots_used: ['task_queue', 'worker_type'],
  temporal_activity_schedule_to_start_latency_bucket: ['le', 'task_queue'],
  temporal_request_latency_bucket: ['le', 'operation'],
};
