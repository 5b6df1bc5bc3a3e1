const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A number that may differ from the sent one, with its place. */
export interface LargeInteger {
  path: PropertyKey[];
  number: number;
}

/** The first integer in a value, however deep, that JSON does not keep exactly. */
export function findLargeInteger(value: unknown): LargeInteger | undefined {
  if (typeof value === 'number')
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? { path: [], number: value } : undefined;
  if (!isObject(value)) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = findLargeInteger(inner);
    if (found !== undefined) return { ...found, path: [Array.isArray(value) ? Number(key) : key, ...found.path] };
  }
  return undefined;
}

/** Beyond it numbers are shown as `1e+30`. */
const MANY_DIGITS = 1e30;
const digits = (number: number): string =>
  Math.abs(number) < MANY_DIGITS ? BigInt(number).toString() : String(number);

export const largeIntegerMessage = (number: number): string =>
  `this integer arrived as ${digits(number)}, which may differ from the number that you sent, because JSON keeps only integers from -9007199254740991 to 9007199254740991 (2^53 − 1) exactly. ` +
  'Send a number in this range, or send the digits as text ("18446744073709551615"): ComfyUI converts text to a number for inputs that are whole numbers';
