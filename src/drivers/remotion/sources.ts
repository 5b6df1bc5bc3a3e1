import { existsSync } from 'node:fs';
import path from 'node:path';
import { probeMedia, UnreadableMediaError, type MediaInfo } from '../../assets/probe.ts';
import type { Timeline } from '../../contracts/timeline.ts';
import { AppError } from '../../errors.ts';

const AT_ONCE = 4;

interface Need {
  src: string;
  stream: 'video' | 'audio' | null;
}

/** The sources of a timeline, and the stream that each must have; what a picture holds is left to the browser. */
function needs({ clips, audioSrc, bgmSrc }: Timeline): Need[] {
  const sounds = [audioSrc, bgmSrc].filter((src) => src !== null);
  return [
    ...clips.map(({ kind, src }): Need => ({ src, stream: kind === 'image' ? null : kind })),
    ...sounds.map((src): Need => ({ src, stream: 'audio' })),
  ];
}

/**
 * Looks into every video and audio file before the browser starts, so that a bad one costs no rendering.
 * @throws {AppError} `render_rejected`, naming the file that is not what its clip says; `asset_missing` when it was deleted meanwhile.
 */
export async function inspectSources(timeline: Timeline, assetRoot: string, signal: AbortSignal): Promise<void> {
  const probed = new Map<string, Promise<MediaInfo>>();
  const inspect = async ({ src, stream }: Need): Promise<void> => {
    const file = path.join(assetRoot, src);
    if (!existsSync(file)) throw new AppError('asset_missing', src);
    if (stream === null) return;
    const probe = probed.get(src) ?? probeMedia(file, signal);
    probed.set(src, probe);
    const info = await probe.catch((error: unknown) => {
      if (!(error instanceof UnreadableMediaError)) throw error;
      throw new AppError('render_rejected', `${src} is not a media file that can be read: ${error.message}`);
    });
    if (info[stream] === null)
      throw new AppError('render_rejected', `${src} has no ${stream === 'video' ? 'picture' : 'sound'}`);
  };
  const wanted = needs(timeline);
  for (let at = 0; at < wanted.length; at += AT_ONCE) await Promise.all(wanted.slice(at, at + AT_ONCE).map(inspect));
}
