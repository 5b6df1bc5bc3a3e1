import { randomUUID } from 'node:crypto';
import type { CheckedStep } from '../pipelines/check-steps.ts';
import { sourceOf, withSources } from '../pipelines/item-sources.ts';
import { readNode } from '../pipelines/nodes.ts';
import { previewSteps, type PreviewedTask } from '../pipelines/preview-steps.ts';
import { UNKNOWN } from '../pipelines/unknown-value.ts';
import type { FilePlace, FilePlaces } from '../sources/file-places.ts';
import { findSources, type PlacedSource } from '../sources/place-sources.ts';
import { readSource, type Source } from '../sources/read-source.ts';

/** A text in the steps that may be a source. */
interface Candidate {
  /** From the request. */
  path: readonly PropertyKey[];
  value: string;
  source: Source;
  /** The places of files that it comes to. */
  uses: FilePlace[];
  /** Whether it comes to another place too, where it must stay as it is. */
  isText: boolean;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Creates a function that replaces possible sources with marks, by which they can be found after the preview. */
function createMarker() {
  // Short, so that marked payloads keep to the limits of the real ones.
  const prefix = `\u0001${randomUUID().slice(0, 8)}-`;
  const candidates: Candidate[] = [];
  const mark = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (typeof value === 'string') {
      const source = readSource(value);
      // A text with references in it has no value of its own.
      if (source === undefined || readNode(value).kind !== 'plain') return value;
      candidates.push({ path, value, source, uses: [], isText: false });
      return `${prefix}${candidates.length - 1}-`;
    }
    if (Array.isArray(value)) return value.map((item, index) => mark(item, [...path, index]));
    if (!isRecord(value) || '$from' in value) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mark(part, [...path, key])]));
  };
  const pattern = new RegExp(`${prefix}(\\d+)-`, 'g');
  /** The candidates whose marks are in a text, and whether one mark is all of it. */
  const marksIn = (text: string): { found: Candidate[]; isWhole: boolean } => {
    const marks = text.includes(prefix) ? [...text.matchAll(pattern)] : [];
    const found = marks.flatMap(([, index]) => candidates[Number(index)] ?? []);
    return { found, isWhole: marks[0]?.[0] === text };
  };
  return { mark, candidates, marksIn };
}

/** All texts of a value with their paths. */
function* textsIn(value: unknown, path: readonly PropertyKey[] = []): Generator<[readonly PropertyKey[], string]> {
  if (typeof value === 'string') yield [path, value];
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* textsIn(item, [...path, index]);
  else if (isRecord(value)) for (const [key, part] of Object.entries(value)) yield* textsIn(part, [...path, key]);
}

/** The kinds that all places of a file take. */
const acceptedBy = (uses: readonly FilePlace[]): FilePlace['accepts'] =>
  uses.map(({ accepts }) => accepts).reduce((all, accepts) => all.filter((kind) => accepts.includes(kind)));

/**
 * Finds the sources of a pipeline that are known before it runs and can be replaced in the request: texts that come, as
 * a whole and directly or through `$item`, to the places of files and to no other place. Their paths begin with
 * `steps`. Other sources are fetched when their steps are about to run.
 */
export async function findPipelineSources(
  filePlaces: FilePlaces,
  steps: readonly CheckedStep[],
  { output, most }: { output: unknown; most: number },
): Promise<PlacedSource[]> {
  const { mark, candidates, marksIn } = createMarker();
  const marked = steps.map((checked) => {
    const { step, place } = checked;
    const payload = mark(step.payload, ['steps', place, 'payload']) as Record<string, unknown>;
    const list = step.for_each === undefined ? {} : { for_each: mark(step.for_each, ['steps', place, 'for_each']) };
    return { ...checked, step: { ...step, payload, ...list } };
  });
  if (candidates.length === 0) return [];
  const { tasks } = await previewSteps(marked, output, most);
  for (const { checked, payload } of tasks) {
    const texts = [...textsIn(payload)].filter(([, text]) => marksIn(text).found.length > 0);
    if (texts.length === 0) continue;
    const places = await filePlaces[checked.step.task_type](payload as object);
    const byPath = new Map(places.map((place) => [JSON.stringify(place.path), place]));
    for (const [path, text] of texts) {
      const place = byPath.get(JSON.stringify(path));
      const { found, isWhole } = marksIn(text);
      for (const one of found)
        if (place !== undefined && isWhole) one.uses.push(place);
        else one.isText = true;
    }
  }
  return candidates.flatMap(({ path, value, source, uses, isText }) =>
    uses.length === 0 || isText
      ? []
      : [{ path, value, source, accepts: acceptedBy(uses), mayBeAway: uses.every((use) => use.mayBeAway === true) }],
  );
}

/** A copy of a value in which one part is unknown. */
function withUnknown(value: unknown, [key, ...rest]: readonly PropertyKey[]): unknown {
  if (key === undefined) return UNKNOWN;
  if (Array.isArray(value))
    return withSources(
      value.map((item, index) => (index === key ? withUnknown(item, rest) : (item as unknown))),
      value.map((_, index) => sourceOf(value, index)),
    );
  return isRecord(value) ? { ...value, [key]: withUnknown(value[String(key)], rest) } : value;
}

/** The same tasks, in which sources that only the run will fetch are unknown. */
export const withoutSources = (filePlaces: FilePlaces, tasks: readonly PreviewedTask[]): Promise<PreviewedTask[]> =>
  Promise.all(
    tasks.map(async (task) => {
      const sources = await findSources(filePlaces, task.checked.step.task_type, task.payload as object);
      const payload = sources
        .filter(({ source }) => !('problem' in source))
        .reduce<unknown>((made, { path }) => withUnknown(made, path), task.payload);
      return payload === task.payload ? task : { ...task, payload };
    }),
  );
