import { kindOfFile, type Demuxer } from './file-kind/file-kind.ts';

/** A GIF is a picture; ffmpeg reads it as a film. */
export type OpenedAs = Demuxer | 'gif';

/**
 * ffmpeg guesses what a file is by its content and its name, and some formats are lists of others, which it then opens: from anywhere on
 * the disk or in the network. So ffmpeg gets the kind of the file, and may use no other demuxer, not even for what is nested in it.
 */
const only = (demuxer: OpenedAs, protocol: string): string[] => [
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
export const foreignFile = (file: string, demuxer: OpenedAs): string[] => [
  ...only(demuxer, 'file'),
  '-i',
  `file:${file}`,
];

/** The arguments by which ffmpeg reads from its standard input what `kindOf` found. */
export const foreignStream = (demuxer: OpenedAs): string[] => [...only(demuxer, 'pipe'), '-i', 'pipe:0'];

/** How ffmpeg can open a file; undefined: not at all. */
export async function openedAs(file: string): Promise<OpenedAs | undefined> {
  const kind = await kindOfFile(file);
  if (kind.family === 'media') return kind.demuxer;
  return kind.family === 'picture' && kind.format === 'gif' ? 'gif' : undefined;
}
