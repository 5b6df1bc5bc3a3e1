export const END_OF_PROMPT = '<|endofprompt|>';

/**
 * What is said of a segment: marks, sounds in brackets and emphasis are not read out, nor is a prompt before its mark.
 */
export function spokenText(segment: string): string {
  return (segment.split(END_OF_PROMPT).at(-1) ?? '')
    .replaceAll(/<\|[^|]*\|>/g, ' ')
    .replaceAll(/<\/?(strong|laughter)>/g, ' ')
    .replaceAll(/\[[\w-]+\]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
