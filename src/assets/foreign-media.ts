import type { Demuxer } from './file-kind/file-kind.ts';

/**
 * ffmpeg guesses what a file is by its content and its name, and some formats are lists of others, which it then opens: from anywhere on
 * the disk or in the network. So it is told what the file was found to be, and may use nothing else, also for what is nested in it.
 */
const only = (demuxer: Demuxer, protocol: string): string[] => [
  '-protocol_whitelist',
  protocol,
  '-format_whitelist',
  demuxer,
  '-f',
  demuxer,
];

/**
 * The arguments by which ffmpeg or ffprobe opens a file that is not ours.
 * @param file a path, whatever characters it has
 * @param demuxer what `kindOfFile` found
 */
export const foreignFile = (file: string, demuxer: Demuxer): string[] => [
  ...only(demuxer, 'file'),
  '-i',
  `file:${file}`,
];

/** The arguments by which ffmpeg reads from its standard input what `kindOf` found. */
export const foreignStream = (demuxer: Demuxer): string[] => [...only(demuxer, 'pipe'), '-i', 'pipe:0'];
