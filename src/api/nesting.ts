const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Whether lists and objects lie in each other more than `most` levels deep. Looks level by level: recursion would end where it should warn. */
export function isDeeperThan(value: unknown, most: number): boolean {
  let level = [value].filter(isObject);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > most) return true;
    level = level.flatMap((one) => Object.values(one).filter(isObject));
  }
  return false;
}
