const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The waits of the driver, in milliseconds. */
export const DEFAULT_TIMINGS = {
  /** Between two polls of a prompt, unless an event triggers one sooner. */
  poll: SECOND,
  /** For the answer to a small request. A real server sometimes stalls for 0.45 s. */
  request: 10 * SECOND,
  /** For the answer to a submission. */
  submit: 30 * SECOND,
  /** After a submission without a clear answer: how long the prompt must be absent before it is posted again. */
  settle: 3 * SECOND,
  /** How long ComfyUI may be away before its work counts as lost. */
  away: 20 * SECOND,
  /** How long prompts may wait while nothing runs. */
  frozen: MINUTE,
  /** How long a running prompt may send no event. While ComfyUI loads a large model, it sends none for minutes. */
  silence: 30 * MINUTE,
  /** How long a socket may send nothing about a running prompt before it is opened again; doubles each time. */
  socketSilence: 30 * SECOND,
  /** Between pings on the socket; a missing pong closes it. */
  ping: 10 * SECOND,
  /** How long an upload or a download may pause. */
  transfer: MINUTE,
  /** Between two cancels of a prompt that still runs. */
  cancel: 500,
  /** How long memory may take to become free after `/free`. */
  memory: MINUTE,
  /** How long a restart of ComfyUI may take until it answers. */
  restart: 3 * MINUTE,
  /** For a probe, and for every request before a task is accepted. */
  probe: 3 * SECOND,
};
export type ComfyuiTimings = typeof DEFAULT_TIMINGS;
