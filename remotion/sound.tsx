import { Audio } from '@remotion/media';
import { useVideoConfig } from 'remotion';
import { assetUrl } from './asset-url.ts';
import { musicVolume } from './music-volume.ts';

interface SoundProps {
  src: string;
  /** 0–1 */
  volume: number;
}

/** A sound played once from the start of its sequence; a mono file plays at its own level on both sides. */
export function Sound({ src, volume }: SoundProps) {
  return volume === 0 ? null : <Audio src={assetUrl(src)} volume={volume} />;
}

/** Music under the whole film: repeated as often as needed, faded out at the end. */
export function Music({ src, volume }: SoundProps) {
  const { durationInFrames, fps } = useVideoConfig();
  if (volume === 0) return null;
  return (
    <Audio
      src={assetUrl(src)}
      loop
      // Without this the curve starts again with every repetition of the file.
      loopVolumeCurveBehavior="extend"
      volume={(frame: number) => volume * musicVolume(frame, durationInFrames, fps)}
    />
  );
}
