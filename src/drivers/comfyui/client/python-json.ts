const WORDS = ['NaN', 'Infinity', '-Infinity'] as const;

/** Where the string that begins at `start` is over: behind its closing quote. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Python's bare NaN and Infinity as null; the insides of strings stay. One pass. */
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

/** JSON as Python writes it, where NaN and Infinity may stand bare: those are null. Undefined where it is no JSON. */
export function parsePythonJson(text: string): unknown {
  return (parse(text) ?? parse(withoutBareNumbers(text)))?.value;
}
