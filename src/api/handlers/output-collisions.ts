import type { FieldError } from '../../errors.ts';
import type { Output } from '../../prepare/outputs.ts';

/** An output file of a task of a pipeline. */
export interface PlannedOutput extends Output {
  /** The id of its step. */
  step: string;
  /** Whether it belongs to every item of a list whose length only the run will know. */
  isForMany: boolean;
}

const nameOf = ({ file, what }: Output): string => (what === undefined ? file : `its ${what} ${file}`);
const EACH = 'put ${$index} or a part of $item into the name';

/** Some file systems ignore the case of letters, and whether accents are composed. */
const sameFor = (place: string): string => place.normalize('NFC').toLowerCase();

function between(one: PlannedOutput, other: PlannedOutput): string {
  if (one.step === other.step) return `all items of for_each would write ${nameOf(one)}; ${EACH}`;
  const isSame = (one.place ?? one.file) === (other.place ?? other.file);
  const what = isSame ? `${nameOf(one)} too` : `${nameOf(other)}, which is the same name on some file systems`;
  return `step ${other.step} writes ${what}; choose another name`;
}

/**
 * The files that two tasks of a pipeline would write, reported at the second one, because it would be undefined which
 * file remains.
 */
export function collisions(outputs: readonly PlannedOutput[]): FieldError[] {
  const first = new Map<string, PlannedOutput>();
  const errors = new Map<string, FieldError>();
  const tell = (output: PlannedOutput, message: string): void => {
    if (!errors.has(output.path)) errors.set(output.path, { path: output.path, message });
  };
  for (const output of outputs) {
    const place = sameFor(output.place ?? output.file);
    const before = first.get(place);
    if (output.isForMany) tell(output, `all items of for_each would write ${nameOf(output)}; ${EACH}`);
    else if (before !== undefined) tell(output, between(output, before));
    first.set(place, before ?? output);
  }
  return [...errors.values()];
}

/** A file that one task of a pipeline reads. */
export interface PlannedInput {
  /** Relative to ASSET_PATH. */
  file: string;
  step: string;
}

/** The steps that must end before each step, by id. `steps` has each step after those that it needs. */
function allBefore(
  steps: readonly { id: string; after: readonly string[] }[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const before = new Map<string, Set<string>>();
  for (const { id, after } of steps) before.set(id, new Set(after.flatMap((one) => [one, ...(before.get(one) ?? [])])));
  return before;
}

/**
 * The files that one task replaces and a task of another step reads, although neither waits for the other: it would be
 * undefined which version is read.
 */
export function readByChance(
  outputs: readonly PlannedOutput[],
  inputs: readonly PlannedInput[],
  steps: readonly { id: string; after: readonly string[] }[],
): FieldError[] {
  const readers = new Map<string, Set<string>>();
  for (const { file, step } of inputs) {
    const place = sameFor(file);
    readers.set(place, (readers.get(place) ?? new Set()).add(step));
  }
  const found = outputs.flatMap((output) =>
    [...(readers.get(sameFor(output.file)) ?? [])]
      .filter((step) => step !== output.step)
      .map((step) => ({ output, step })),
  );
  if (found.length === 0) return [];
  const before = allBefore(steps);
  const errors = found.flatMap(({ output, step }): [string, string][] =>
    before.get(step)?.has(output.step) === true || before.get(output.step)?.has(step) === true
      ? []
      : [
          [
            output.path,
            `step ${step} reads ${nameOf(output)}, but it is undefined whether it does so before or after the file is replaced; choose another name, or add one of the steps to depends_on of the other`,
          ],
        ],
  );
  return [...new Map(errors)].map(([path, message]) => ({ path, message }));
}
