/** Values as Python writes them into messages. */
export function repr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string')
    return value.includes("'") && !value.includes('"')
      ? `"${value}"`
      : `'${value.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, member]) => `${repr(key)}: ${repr(member)}`)
      .join(', ')}}`;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : 'object';
}

/** `str()`: like {@link repr}, but a string stays as it is. */
export const str = (value: unknown): string => (typeof value === 'string' ? value : repr(value));

/** A float always shows that it is one. */
export const floatText = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

const typeName = (value: unknown): string =>
  value === null || value === undefined ? 'NoneType' : Array.isArray(value) ? 'list' : 'dict';

/** `int()`. @throws with Python's words. */
export function toInt(value: unknown): number {
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string') {
    if (/^\s*[+-]?\d+(_\d+)*\s*$/.test(value)) return Number(value.replaceAll('_', ''));
    throw new TypeError(`invalid literal for int() with base 10: ${repr(value)}`);
  }
  throw new TypeError(
    `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
  );
}

/** `float()`. @throws with Python's words. */
export function toFloat(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'string') {
    if (/^\s*[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(value)) return Number(value);
    throw new TypeError(`could not convert string to float: ${repr(value)}`);
  }
  throw new TypeError(`float() argument must be a string or a real number, not '${typeName(value)}'`);
}

/** `bool()`: the string `"false"` is true. */
export const toBool = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.length > 0
    : typeof value === 'object' && value !== null
      ? Object.keys(value).length > 0
      : Boolean(value);
