const WORDS = ['NaN', 'Infinity', '-Infinity'] as const;

/** The index behind the closing quote of the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Replaces Python's bare NaN and Infinity outside strings by null, in one pass. */
function withoutBareNumbers(text: string): string {
  const parts: string[] = [];
  let kept = 0;
  let at = 0;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') {
      at = stringEnd(text, at);
      continue;
    }
    const word =
      char === 'N' || char === 'I' || char === '-' ? WORDS.find((one) => text.startsWith(one, at)) : undefined;
    if (word === undefined) {
      at++;
      continue;
    }
    parts.push(text.slice(kept, at), 'null');
    at += word.length;
    kept = at;
  }
  parts.push(text.slice(kept));
  return parts.join('');
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** Parses JSON as Python writes it: bare NaN and Infinity become null. Returns undefined if the text is not JSON. */
export function parsePythonJson(text: string): unknown {
  return (parse(text) ?? parse(withoutBareNumbers(text)))?.value;
}
