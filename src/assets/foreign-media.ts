import { kindOfFile, type Demuxer } from './file-kind/file-kind.ts';

/** A GIF is a picture, but ffmpeg reads it as a film. */
export type OpenedAs = Demuxer | 'gif';

/**
 * ffmpeg guesses the kind of a file from its content and name. Some formats are lists of other files, which it would
 * then open from anywhere on the disk or the network. So ffmpeg gets the kind of the file and may use no other demuxer,
 * not even for nested content.
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
 * The arguments with which ffmpeg or ffprobe opens a foreign file.
 * @param file a path, whatever characters it has
 * @param demuxer the result of `kindOfFile`
 */
export const foreignFile = (file: string, demuxer: OpenedAs): string[] => [
  ...only(demuxer, 'file'),
  '-i',
  `file:${file}`,
];

/** The arguments with which ffmpeg reads data of the kind from `kindOf` on its standard input. */
export const foreignStream = (demuxer: OpenedAs): string[] => [...only(demuxer, 'pipe'), '-i', 'pipe:0'];

/** How ffmpeg can open a file; undefined if it cannot. */
export async function openedAs(file: string): Promise<OpenedAs | undefined> {
  const kind = await kindOfFile(file);
  if (kind.family === 'media') return kind.demuxer;
  return kind.family === 'picture' && kind.format === 'gif' ? 'gif' : undefined;
}
