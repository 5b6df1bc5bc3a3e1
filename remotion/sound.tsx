import { Audio } from '@remotion/media';
import { useVideoConfig } from 'remotion';
import { assetUrl } from './asset-url.ts';
import { musicVolume } from './music-volume.ts';

/** `@remotion/media` plays a mono file √2 louder than it is (measured, 4.0.527), which would clip a loud voice. */
export const loudness = (volume: number, mono: boolean): number => (mono ? volume * Math.SQRT1_2 : volume);

interface SoundProps {
  src: string;
  /** 0–1 */
  volume: number;
  mono: boolean;
}

/** A sound played once from the start of its sequence. */
export function Sound({ src, volume, mono }: SoundProps) {
  if (volume === 0) return null;
  return <Audio src={assetUrl(src)} volume={loudness(volume, mono)} />;
}

/** Music under the whole film: repeated as often as needed, faded out at the end. */
export function Music({ src, volume, mono }: SoundProps) {
  const { durationInFrames, fps } = useVideoConfig();
  if (volume === 0) return null;
  return (
    <Audio
      src={assetUrl(src)}
      loop
      // Without this the curve starts again with every repetition of the file.
      loopVolumeCurveBehavior="extend"
      volume={(frame: number) => loudness(volume, mono) * musicVolume(frame, durationInFrames, fps)}
    />
  );
}
