/** What the order of steps depends on. */
export interface Ordered {
  id: string;
  /** The ids of the steps whose results it needs. */
  after: readonly string[];
}

/**
 * The steps in an order in which each comes after those that it needs, else as they were given.
 * @returns also the steps of one cycle, in its order; undefined when there is none. Steps behind a cycle are in
 * neither.
 */
export function orderSteps<S extends Ordered>(steps: readonly S[]): { ordered: S[]; cycle: S[] | undefined } {
  const behind = new Map<string, number[]>();
  const missing = steps.map(({ after }, place) => {
    const needs = new Set(after);
    for (const id of needs) {
      const places = behind.get(id);
      if (places === undefined) behind.set(id, [place]);
      else places.push(place);
    }
    return needs.size;
  });
  const ready = missing.flatMap((count, place) => (count === 0 ? [place] : []));
  const ordered: S[] = [];
  const done = new Set<S>();
  for (let place = ready.shift(); place !== undefined; place = ready.shift()) {
    const step = steps[place];
    if (step === undefined) break;
    ordered.push(step);
    done.add(step);
    for (const next of behind.get(step.id) ?? []) {
      const left = (missing[next] ?? 0) - 1;
      missing[next] = left;
      if (left === 0) ready.splice(insertionIndex(ready, next), 0, next);
    }
  }
  return { ordered, cycle: findCycle(steps.filter((step) => !done.has(step))) };
}

/** Each of these steps needs another one of them, so following their needs ends in a cycle. */
function findCycle<S extends Ordered>(stuck: readonly S[]): S[] | undefined {
  const places = new Map(stuck.map(({ id }, place) => [id, place]));
  const trail = new Set<S>();
  let step = stuck[0];
  while (step !== undefined && !trail.has(step)) {
    trail.add(step);
    const first = step.after.reduce((least, id) => Math.min(least, places.get(id) ?? Infinity), Infinity);
    step = stuck[first];
  }
  const path = [...trail];
  return step === undefined ? undefined : path.slice(path.indexOf(step));
}

/** Where a number belongs in a list that ascends. */
function insertionIndex(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
