declare module 'unicode-properties' {
  /** The name of a character's script in the Unicode standard, such as `Latin` or `Old_Persian`; `Common` for what many share. */
  export function getScript(codePoint: number): string;
}
