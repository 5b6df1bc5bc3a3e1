import { z } from 'zod';
import type { Ducking } from '../../film/film.ts';
import { flag, isAbsent, optional } from '../fields.ts';
import { isJsonText } from '../text-instead.ts';
import { isRecord, type Path, type Reader } from './notes.ts';
import { oneOf } from './times.ts';
import { assetPath, between, FILE, isNone, share } from './values.ts';

export const soundSchema = z.object(
  { src: optional(assetPath), volume: optional(share) },
  'expected the path of a file under ASSET_PATH, or {src, volume}',
);

/** A sound as a path, or as an object with its volume. */
export function readSound(
  reader: Reader,
  value: unknown,
  name: string,
  { volumeName, volume }: { volumeName: string; volume: number | undefined },
): { src: string | null; volume: number | undefined } {
  if (isAbsent(value)) return { src: null, volume };
  const isObject = isRecord(value) || isJsonText(value);
  const sound = isObject ? reader.read(soundSchema, value, [name]) : assetPathOf(reader, value, [name]);
  if (isObject && sound !== undefined && sound.src === undefined) reader.missing(value, 'src', [name], FILE);
  const heard = oneOf(
    reader,
    [
      { name: volumeName, value: volume },
      { name: `${name}.volume`, value: sound?.volume },
    ],
    [],
  );
  return { src: sound?.src ?? null, volume: heard };
}

function assetPathOf(reader: Reader, value: unknown, path: Path): z.infer<typeof soundSchema> | undefined {
  const parsed = assetPath.safeParse(value);
  if (parsed.success) return { src: parsed.data, volume: undefined };
  for (const issue of parsed.error.issues) reader.error(path, issue.message);
  return undefined;
}

const DUCKING: Ducking = { to: 0.3, attackMs: 200, releaseMs: 600 };
export const duckingSchema = z.object(
  { to: optional(share), attackMs: optional(between(0, 10_000)), releaseMs: optional(between(0, 10_000)) },
  'expected true, or {to, attackMs, releaseMs}',
);

/** `ducking`: how much quieter music becomes under speech. */
export function readDucking(reader: Reader, value: unknown): Ducking | undefined {
  const yes = flag.safeParse(value);
  if (isAbsent(value) || isNone(value) || yes.data === false) return undefined;
  if (yes.data === true) return DUCKING;
  const received = reader.read(duckingSchema, value, ['ducking']);
  if (received === undefined) return undefined;
  const { to = DUCKING.to, attackMs = DUCKING.attackMs, releaseMs = DUCKING.releaseMs } = received;
  return { to, attackMs, releaseMs };
}
