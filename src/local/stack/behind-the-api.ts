/**
 * How much lower the priority of Temporal and the worker is than the one of the API, 1–19. After a burst of large
 * tasks both are busy for seconds. On a machine with few processors all clients would wait for them.
 */
export const BEHIND_THE_API = 5;
