import { AppError, messageOf } from '../errors.ts';
import { jsonSize } from './json-size.ts';

export const MOST_LEVELS = 100;
/** A megabyte of subtitles has half as many. */
export const MOST_VALUES = 200_000;

/** Measures the text of a body before it is parsed. @throws {AppError} `nested_too_deeply`, `too_complex` */
export function refuseCostly(text: string): void {
  const { levels, values } = jsonSize(text);
  if (levels > MOST_LEVELS) throw new AppError('nested_too_deeply');
  if (values > MOST_VALUES) throw new AppError('too_complex', `the body has more than ${MOST_VALUES} values`);
}

/** Decodes a body in UTF-8, without a byte order mark. Invalid UTF-8 becomes `\uFFFD`. */
const textOf = (body: Uint8Array): string => new TextDecoder().decode(body);

/**
 * Parses a body of any size up to the limit, after measuring its text. @throws {AppError} `nested_too_deeply`,
 * `too_complex`, `malformed_json`
 */
export function readJson(body: Uint8Array): unknown {
  const text = textOf(body);
  refuseCostly(text);
  return parseJson(text);
}

/** Parses JSON. An empty text is an object without fields. @throws {AppError} `malformed_json` */
export function parseJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('malformed_json', messageOf(error), { cause: error });
  }
}
