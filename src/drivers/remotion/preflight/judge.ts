import type { AudioStream } from '../../../assets/probe.ts';
import type { MediaUse } from '../../../film/media.ts';
import { conversionOf, isAudible, isDecodable, isUntoldHdr, type Conversion } from './conversion.ts';
import type { MediaInspection } from './inspect.ts';

/** Whether a file is fit for its use. The text of a problem continues "it" and includes the remedy. */
export type Fitness =
  | { fit: false; problem: string }
  | { fit: true; conversion: Conversion | null; warnings: readonly string[] };

const REMEDY = 'convert it to MP4 (H.264) first';
const unfit = (problem: string): Fitness => ({ fit: false, problem });
const fit = (conversion: Conversion | null = null, warnings: readonly string[] = []): Fitness => ({
  fit: true,
  conversion,
  warnings,
});

type Media = Extract<MediaInspection, { is: 'media' }>;
type Picture = Extract<MediaInspection, { is: 'picture' }>;

function judgeVideo({ info, demuxer }: Media): Fitness {
  const { video, audio } = info;
  if (video === null) return unfit('has no picture, only sound; use it in a clip of type audio');
  const conversion = conversionOf(info, demuxer);
  if (conversion !== null && !isDecodable(video.codec))
    return unfit(`is encoded in ${video.codec}, which cannot be decoded; ${REMEDY}`);
  if (video.width === 0 || video.height === 0) return unfit('does not contain the size of its picture');
  const problem = channelProblem(audio);
  if (problem !== undefined) return unfit(problem);
  return fit(conversion, [
    ...channelNotes(audio),
    ...(audio !== null && !isAudible(audio.codec)
      ? [`its sound, encoded in ${audio.codec}, cannot be decoded and is left out`]
      : []),
    ...(isUntoldHdr(video) ? ['it is HDR without named colours, so BT.2020 is assumed'] : []),
    ...(video.interlaced ? ['it is interlaced, so comb lines may be visible in motion'] : []),
  ]);
}

/** The most channels that the mixer's ffmpeg accepts. */
const MOST_CHANNELS = 64;
/** Whether the channels of a file with this many have known positions. */
const hasPlaces = (channels: number): boolean => channels <= 8 || [10, 12, 16, 24].includes(channels);

function channelProblem(audio: AudioStream | null): string | undefined {
  if (audio === null || audio.channels <= MOST_CHANNELS) return undefined;
  return `has ${audio.channels} channels of sound, ${MOST_CHANNELS} at most; convert it to stereo first`;
}

const channelNotes = (audio: AudioStream | null): string[] =>
  audio === null || hasPlaces(audio.channels)
    ? []
    : [`it has ${audio.channels} channels of sound without a known layout, so only the first two are used`];

function judgeAudio({ info }: Media): Fitness {
  if (info.audio === null) return unfit('has no sound');
  const problem = channelProblem(info.audio);
  if (problem !== undefined) return unfit(problem);
  return isAudible(info.audio.codec)
    ? fit(null, channelNotes(info.audio))
    : unfit(`is encoded in ${info.audio.codec}, which cannot be decoded; convert it to MP3, AAC, FLAC or WAV first`);
}

function judgePicture(as: MediaUse['as'], { picture }: Picture): Fitness {
  const isMoving = picture.durationSeconds !== null;
  if (as === 'audio') return unfit('is a picture; it has no sound');
  if (as === 'video') return unfit(`is a picture; use it in a clip of type ${isMoving ? 'gif' : 'image'}`);
  return fit();
}

/** Decides from the inspection of a file whether it can be used as `as`, and which conversion it needs first. */
export function judge(as: MediaUse['as'], inspection: MediaInspection): Fitness {
  if (inspection.is === 'bad') return unfit(inspection.problem);
  if (inspection.is === 'picture') return judgePicture(as, inspection);
  if (as === 'video') return judgeVideo(inspection);
  if (as === 'audio') return judgeAudio(inspection);
  return unfit(
    inspection.info.video === null
      ? 'is a sound, not a picture; use it in a clip of type audio'
      : 'is a film, not a picture; use it in a clip of type video',
  );
}
