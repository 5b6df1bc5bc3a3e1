/**
 * What a worker of the bench tells its parent of each job, in the order in which they ran. Times are ms since 1970,
 * with fractions.
 */
export interface Told {
  taskId: string;
  began: number;
  ended: number;
}

const preciseNow = (): number => performance.timeOrigin + performance.now();

/** An engine that does nothing, and tells when. */
export function noOp(taskId: string): void {
  const began = preciseNow();
  process.send?.({ type: 'ran', taskId, began, ended: preciseNow() });
}
