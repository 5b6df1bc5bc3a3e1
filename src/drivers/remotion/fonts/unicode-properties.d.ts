declare module 'unicode-properties' {
  /**
   * The name of a character's script in the Unicode standard, such as `Latin` or `Old_Persian`; `Common` for characters
   * of many scripts.
   */
  export function getScript(codePoint: number): string;
}
