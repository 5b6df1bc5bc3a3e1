import '../../../../remotion/fonts.css';
import { Audio as MediaAudio, Video as MediaVideo } from '@remotion/media';
import {
  AbsoluteFill,
  Html5Audio,
  Img,
  interpolate,
  OffthreadVideo,
  Sequence,
  staticFile,
  useCurrentFrame,
} from 'remotion';
import {
  CLIP_FRAMES,
  FADE_FRAMES,
  FRAMES,
  lines,
  MUSIC_FADE_FRAMES,
  MUSIC_VOLUME,
  PICTURE_FRAMES,
  PICTURES,
  ZOOM,
  type Line,
} from '../script.ts';

/** `offthread`: the tags that Remotion's own templates use. `media`: those that are its fastest. */
export type Tags = 'offthread' | 'media';

const FILL = { width: '100%', height: '100%', objectFit: 'cover' } as const;

function ZoomingPicture({ src, fades }: { src: string; fades: boolean }) {
  const frame = useCurrentFrame();
  const scale = 1 + (ZOOM * frame) / PICTURE_FRAMES;
  const opacity = fades ? interpolate(frame, [0, FADE_FRAMES], [0, 1], { extrapolateRight: 'clamp' }) : 1;
  return (
    <AbsoluteFill style={{ opacity, overflow: 'hidden' }}>
      <Img src={src} style={{ ...FILL, transform: `scale(${scale})` }} />
    </AbsoluteFill>
  );
}

function Caption({ line }: { line: Line }) {
  const frame = useCurrentFrame() + line.startFrame;
  return (
    <AbsoluteFill style={{ justifyContent: 'flex-end', alignItems: 'center', paddingBottom: 150 }}>
      <div
        style={{
          width: '86%',
          textAlign: 'center',
          fontFamily: 'Inter, Twemoji, "Noto Sans SC", "Noto Sans JP", sans-serif',
          fontWeight: 700,
          fontSize: 65,
          lineHeight: 1.25,
          color: 'white',
          WebkitTextStroke: '10px black',
          paintOrder: 'stroke fill',
          textShadow: '0 4px 12px rgba(0, 0, 0, 0.5)',
        }}
      >
        {line.words.map((word, index) => (
          <span key={index} style={frame >= word.startFrame && frame < word.endFrame ? { color: '#ffd83d' } : {}}>
            {index > 0 ? ' ' : ''}
            {word.text}
          </span>
        ))}
      </div>
    </AbsoluteFill>
  );
}

const musicVolume = (frame: number): number =>
  MUSIC_VOLUME * interpolate(frame, [FRAMES - MUSIC_FADE_FRAMES, FRAMES - 1], [1, 0], { extrapolateLeft: 'clamp' });

/** Five zooming pictures, a clip, captions, narration and music, in the usual tags of Remotion. */
export function Film({ tags }: { tags: Tags }) {
  const Clip = tags === 'media' ? MediaVideo : OffthreadVideo;
  const Sound = tags === 'media' ? MediaAudio : Html5Audio;
  return (
    <AbsoluteFill style={{ backgroundColor: 'black' }}>
      {PICTURES.map((name, index) => (
        <Sequence
          key={name}
          from={index * PICTURE_FRAMES}
          durationInFrames={PICTURE_FRAMES + (index < PICTURES.length - 1 ? FADE_FRAMES : 0)}
        >
          <ZoomingPicture src={staticFile(`${name}.jpg`)} fades={index > 0} />
        </Sequence>
      ))}
      <Sequence from={FRAMES - CLIP_FRAMES} durationInFrames={CLIP_FRAMES}>
        <Clip src={staticFile('clip.mp4')} style={FILL} muted />
      </Sequence>
      {lines().map((line) => (
        <Sequence key={line.startFrame} from={line.startFrame} durationInFrames={line.endFrame - line.startFrame}>
          <Caption line={line} />
        </Sequence>
      ))}
      <Sound src={staticFile('narration.wav')} />
      <Sound src={staticFile('music.mp3')} loop loopVolumeCurveBehavior="extend" volume={musicVolume} />
    </AbsoluteFill>
  );
}
