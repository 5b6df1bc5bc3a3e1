import type { Clip } from './timeline-types.ts';

/** The field of a clip in the client's request, such as `clips[3]`; earlier clips may have been left out since. */
export const clipField = ({ sentAs }: Clip, index: number): string => `clips[${sentAs ?? index}]`;
