import { MOST_FRAMES, TOO_LONG } from '../../film/longest-film.ts';
import type { Path, Reader } from './notes.ts';

export type Unit = 'frames' | 'seconds' | 'milliseconds';

const PER_SECOND: Record<Unit, (fps: number) => number> = {
  frames: (fps) => fps,
  seconds: () => 1,
  milliseconds: () => 1000,
};

/** The frames of a time, rounded to the nearest frame. */
export const toFrames = (value: number, unit: Unit, fps: number): number =>
  unit === 'frames' ? value : Math.round((value / PER_SECOND[unit](fps)) * fps);

/** The same before rounding, in frames. */
export const exactFrames = ({ value, unit }: { value: number; unit: Unit }, fps: number): number =>
  (value / PER_SECOND[unit](fps)) * fps;

/** The names under which one time may be given, each with its unit. The preferred name comes first. */
export type TimeNames = Readonly<Record<string, Unit>>;

/** A time as sent, and its number of frames. */
export interface GivenTime {
  name: string;
  unit: Unit;
  value: number;
  frames: number;
}

/**
 * The value of the first name that is present, out of several names for one thing. Every name with another value is an
 * error.
 */
export function oneOf<T extends string | number | boolean>(
  reader: Reader,
  given: readonly { name: string; value: T | undefined }[],
  path: Path,
): T | undefined {
  const present = given.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]));
  const [first, ...others] = present;
  for (const { name, value } of others)
    if (first !== undefined && value !== first.value)
      reader.error([...path, name], `${name} and ${first.name} disagree; give one of them`);
  return first?.value;
}

/**
 * A time that a client may give under several names and units.
 * @param received has only valid numbers under `names`
 */
export function oneTime(
  reader: Reader,
  received: object,
  names: TimeNames,
  { path, fps }: { path: Path; fps: number },
): GivenTime | undefined {
  const values = received as Record<string, number | undefined>;
  const times: GivenTime[] = [];
  for (const name in names) {
    const [value, unit = 'frames'] = [values[name], names[name]];
    if (value === undefined) continue;
    const time = { name, unit, value, frames: toFrames(value, unit, fps) };
    if (time.frames > MOST_FRAMES) reader.error([...path, name], TOO_LONG);
    times.push(time);
  }
  oneOf(
    reader,
    times.map((time) => ({ name: time.name, value: time.frames })),
    path,
  );
  return times[0];
}

/** Whether a time lasts at least one frame; if not, an error is reported. */
export function isSomething(reader: Reader, time: GivenTime, { path, fps }: { path: Path; fps: number }): boolean {
  if (time.frames > 0) return true;
  reader.error(
    [...path, time.name],
    `expected at least one frame, which lasts ${(1000 / fps).toFixed(1)} ms at ${fps} fps`,
  );
  return false;
}
