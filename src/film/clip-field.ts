import type { Clip } from './timeline-types.ts';

/** A clip by the place in which the client sent it, such as `clips[3]`: clips before it may have been left out. */
export const clipField = ({ sentAs }: Clip, index: number): string => `clips[${sentAs ?? index}]`;
