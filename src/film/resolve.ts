import type { Timeline } from './timeline-types.ts';
import type { Film, OutputSettings } from './film.ts';
import { createFindings } from './findings.ts';
import { languagesOf } from './languages.ts';
import type { Media } from './media.ts';
import { subtitleOutOfSight } from './out-of-sight.ts';
import { outputSettings } from './output-settings.ts';
import { pictureClips } from './picture-clips.ts';
import { linesOf, pictureSubtitles, subtitleStyleOf } from './picture-subtitles.ts';
import { settleClips, type SettledClip } from './settle-clips.ts';
import { narrationEnd, soundsOf } from './soundtrack.ts';
import { watermarkOf } from './watermark-of.ts';

const textOf = ({ clip }: SettledClip): string => (clip.kind === 'text' ? clip.text : '');

/**
 * Makes a film from a timeline whose media are known. Pure.
 * @param subtitleFiles the content of the files that `subtitles.src` names, by path
 * @throws {AppError} `render_rejected`, with the field's path, if the media contradict the timeline
 */
export function resolveFilm(
  timeline: Timeline,
  media: Media,
  subtitleFiles: ReadonlyMap<string, string>,
): { film: Film; output: OutputSettings; warnings: string[] } {
  const findings = createFindings(timeline.warnings);
  const { width, height, fps, backgroundColor } = timeline;
  const lines = linesOf(timeline, subtitleFiles, findings);
  const linesEnd = lines.reduce((last, { endFrame }) => Math.max(last, endFrame), 0);
  const othersEnd = Math.max(linesEnd, narrationEnd(timeline, media));
  const { clips, durationInFrames } = settleClips(timeline, media, { othersEnd, findings });

  const languages = languagesOf([...lines.map(({ text }) => text), ...clips.map(textOf)]);
  const textLanguages = new Map(clips.map((clip, index) => [clip, languages[lines.length + index] ?? null]));
  const style = timeline.subtitleStyle?.style;
  const subtitleStyle = subtitleStyleOf(timeline);
  const film: Film = {
    picture: {
      width,
      height,
      fps,
      durationInFrames,
      backgroundColor,
      clips: pictureClips(
        clips,
        { width, height },
        { languageOf: (clip) => textLanguages.get(clip) ?? null, findings },
      ),
      subtitles: pictureSubtitles(lines, languages, {
        durationInFrames,
        style,
        findings,
        isTooMuch: (text) => subtitleOutOfSight(text, subtitleStyle, timeline),
      }),
      subtitleStyle,
      watermark: watermarkOf(timeline, media, findings),
    },
    soundtrack: { fps, durationInFrames, sounds: soundsOf(timeline, media, { clips, durationInFrames, findings }) },
  };
  const wanted = timeline.output?.poster ?? null;
  if (wanted !== null && wanted >= durationInFrames)
    findings.warn(`output.poster is ${wanted}, but the film's last frame is ${durationInFrames - 1}`);
  const poster = wanted === null ? null : Math.min(wanted, durationInFrames - 1);
  return { film, output: { ...outputSettings(timeline), poster }, warnings: findings.warnings };
}
