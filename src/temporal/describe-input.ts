import type { TaskInput } from '../contracts/task.ts';

/** What the Web UI shows of a task's input, in Markdown. No prompts and no spoken text. */
export function describeInput(task: TaskInput): string {
  const { timeline, outputPath } = task.input;
  const seconds = (timeline.durationInFrames / timeline.fps).toFixed(1);
  const kinds = ['image', 'video', 'audio'] as const;
  const clips = kinds
    .map((kind) => ({ kind, count: timeline.clips.filter((clip) => clip.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`);
  return [
    `**Makes** \`${outputPath}\``,
    `**Film** ${timeline.durationInFrames} frames at ${timeline.fps} fps (${seconds} s), ${timeline.width}×${timeline.height}`,
    `**From** ${clips.join(', ') || 'no'} clips, ${timeline.subtitles.length} subtitles, narration: ${timeline.audioSrc ?? 'none'}, music: ${timeline.bgmSrc ?? 'none'}`,
    `**Priority** ${task.priority} of 100`,
  ].join('\n\n');
}
