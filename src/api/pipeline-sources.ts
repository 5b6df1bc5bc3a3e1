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

type Path = readonly PropertyKey[];

/** A copy of a value in which some parts are unknown. */
function withUnknown(value: unknown, paths: readonly Path[]): unknown {
  if (paths.length === 0) return value;
  const below = new Map<PropertyKey, Path[]>();
  for (const [key, ...rest] of paths) {
    if (key === undefined) return UNKNOWN;
    const others = below.get(key);
    if (others === undefined) below.set(key, [rest]);
    else others.push(rest);
  }
  const partAt = (part: unknown, key: PropertyKey): unknown => withUnknown(part, below.get(key) ?? []);
  if (Array.isArray(value))
    return withSources(
      value.map((item, index) => partAt(item, index)),
      value.map((_, index) => sourceOf(value, index)),
    );
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, partAt(part, key)]));
}

/**
 * The same tasks, in which all sources are unknown: those that are fetched after this check, and those that only the
 * run will fetch.
 * @param reported sources whose problems are reported; other sources that are not valid stay in their places.
 */
export async function withoutSources(
  filePlaces: FilePlaces,
  tasks: readonly PreviewedTask[],
  reported: readonly PlacedSource[],
): Promise<PreviewedTask[]> {
  const told = new Set(reported.map(({ value }) => value));
  return Promise.all(
    tasks.map(async (task) => {
      const sources = await findSources(filePlaces, task.checked.step.task_type, task.payload as object);
      const paths = sources.flatMap(({ path, value, source }) =>
        'problem' in source && !told.has(value) ? [] : [path],
      );
      return { ...task, payload: withUnknown(task.payload, paths) };
    }),
  );
}
