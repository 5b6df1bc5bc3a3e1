/** A step as far as its place among the others goes. */
export interface Ordered {
  id: string;
  /** The ids of the steps whose results it needs. */
  after: readonly string[];
}

/**
 * The steps in an order in which each comes after those that it needs, else as they were given.
 * @returns also the steps of one cycle, in its order; undefined when there is none. Steps behind a cycle are in neither.
 */
export function orderSteps<S extends Ordered>(steps: readonly S[]): { ordered: S[]; cycle: S[] | undefined } {
  const ordered: S[] = [];
  const done = new Set<string>();
  let left = [...steps];
  for (;;) {
    const next = left.find(({ after }) => after.every((id) => done.has(id)));
    if (next === undefined) break;
    ordered.push(next);
    done.add(next.id);
    left = left.filter((step) => step !== next);
  }
  return { ordered, cycle: findCycle(left) };
}

/** Each of these steps needs another of them, so that whoever follows the needs comes round. */
function findCycle<S extends Ordered>(stuck: readonly S[]): S[] | undefined {
  const trail: S[] = [];
  let step = stuck[0];
  while (step !== undefined && !trail.includes(step)) {
    trail.push(step);
    const { after } = step;
    step = stuck.find(({ id }) => after.includes(id));
  }
  return step === undefined ? undefined : trail.slice(trail.indexOf(step));
}
