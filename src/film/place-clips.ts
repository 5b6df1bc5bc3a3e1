/** The facts about a clip that determine its place in time, in frames of the film. */
export interface Slot {
  /** Clips of one track follow each other. */
  track: string;
  /** Undefined: after the clip before it. */
  start: number | undefined;
  /** The start and the length before rounding, if they are between two frames. */
  exactStart?: number | undefined;
  exactLength?: number | undefined;
  /** The requested length, or the length of its file; undefined if it is unknown or free. */
  length: number | undefined;
  /** The clip takes a share of the free time, or `least` if there is none. Undefined if its length is not known yet. */
  free: { least: number } | undefined;
  /** Whether the clip stays until the end of the film if it is the last on its track. */
  stays: boolean;
  /** Whether the clip is over the other clips, so that its start ends none of them. */
  over: boolean;
}

export interface Place {
  start: number | undefined;
  length: number | undefined;
}

/** The end of the film; `unknown` while a length that determines it is unknown, `open` if nothing determines it. */
export type End = number | 'unknown' | 'open';

/** Consecutive clips without a gap; only the first has a start. */
type Run = { start: number; members: number[] };

function runsOf(slots: readonly Slot[], track: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const index of track) {
    const start = slots[index]?.start;
    const run = runs.at(-1);
    if (start === undefined && run !== undefined) run.members.push(index);
    else runs.push({ start: start ?? 0, members: [index] });
  }
  return runs;
}

/** The lengths of the free clips in a run that ends at `until`, in whole frames. Together they fill the free time. */
function shares(run: Run, slots: readonly Slot[], until: End): Map<number, number | undefined> {
  const free = run.members.filter((index) => slots[index]?.length === undefined && slots[index]?.free !== undefined);
  const isFree = new Set(free);
  const others = run.members.filter((index) => !isFree.has(index)).map((index) => slots[index]?.length);
  const isKnown = until !== 'unknown' && !others.includes(undefined);
  const taken = others.reduce<number>((sum, length) => sum + (length ?? 0), 0);
  const left = until === 'unknown' || until === 'open' ? 0 : until - run.start - taken;
  const share = (place: number): number => Math.floor((left * place) / free.length);
  return new Map(
    free.map((index, place) => {
      if (until !== 'open' && !isKnown) return [index, undefined];
      return [index, left >= free.length ? share(place + 1) - share(place) : slots[index]?.free?.least];
    }),
  );
}

/**
 * Places clips without a start or without a length. A clip without a start begins at the end of the previous clip on
 * its track, the first one at 0. Free clips share the time that is left until the next start on their track, or until
 * the end of the film.
 */
export function placeClips(slots: readonly Slot[], end: End): Place[] {
  const places: Place[] = slots.map(({ start, length }) => ({ start, length }));
  const tracks = new Map<string, number[]>();
  for (const [index, { track }] of slots.entries()) {
    const members = tracks.get(track);
    if (members === undefined) tracks.set(track, [index]);
    else members.push(index);
  }
  for (const members of tracks.values()) {
    const runs = runsOf(slots, members);
    const ending = runs.filter(({ members: [first = -1] }) => slots[first]?.over !== true);
    const starts = ending.map(({ start }) => start).toSorted((a, b) => a - b);
    for (const run of runs) placeRun(run, nextStart(starts, run.start), { slots, places, end });
  }
  return places;
}

/** The first of the sorted numbers that is greater than `start`. */
function nextStart(sorted: readonly number[], start: number): number | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) > start) high = middle;
    else low = middle + 1;
  }
  return sorted[low];
}

function placeRun(
  run: Run,
  next: number | undefined,
  film: { slots: readonly Slot[]; places: Place[]; end: End },
): void {
  const { slots, places, end } = film;
  const free = shares(run, slots, next ?? end);
  // Round ends, not lengths; otherwise the errors of consecutive clips would add up.
  let at: number | undefined = slots[run.members[0] ?? -1]?.exactStart ?? run.start;
  for (const index of run.members) {
    const slot = slots[index];
    const length: number | undefined = free.has(index) ? free.get(index) : (slot?.exactLength ?? slot?.length);
    const start: number | undefined = at === undefined ? undefined : Math.round(at);
    const isLast = next === undefined && index === run.members.at(-1);
    const stays = isLast && slot?.stays === true && typeof end === 'number';
    const after: number | undefined = at === undefined || length === undefined ? undefined : at + length;
    if (stays && start !== undefined) places[index] = { start, length: Math.max(1, end - start) };
    else if (start === undefined || after === undefined || at === undefined)
      places[index] = { start, length: slot?.length };
    else places[index] = { start, length: length === 0 ? 0 : Math.max(1, Math.round(after) - start) };
    at = after;
  }
}
