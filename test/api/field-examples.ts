import { readFileSync } from 'node:fs';
import path from 'node:path';
import { comfyuiPayloadSchema } from '../../src/contracts/comfyui.ts';
import { cosyvoicePayloadSchema } from '../../src/contracts/cosyvoice.ts';
import { pipelineSchema, STEP_FIELDS } from '../../src/contracts/pipeline.ts';
import { envelopeSchema, timeoutsSchema } from '../../src/contracts/task.ts';
import { headSchema } from '../../src/contracts/timeline.ts';
import {
  motionSchema,
  styleSchema,
  textStyleSchema,
  transitionSchema,
} from '../../src/contracts/timeline/clip-look.ts';
import { clipSchema } from '../../src/contracts/timeline/clip.ts';
import { outputFields } from '../../src/contracts/timeline/output.ts';
import { duckingSchema, soundSchema } from '../../src/contracts/timeline/sounds.ts';
import { lineSchema, sourceSchema, subtitleStyleSchema, wordSchema } from '../../src/contracts/timeline/subtitles.ts';
import { watermarkSchema } from '../../src/contracts/timeline/watermark.ts';
import { TEMPLATES_FOLDER } from '../helpers/template-rig.ts';

/** A word of a list, a path, or text for people; of all else its value tells what it is. */
type Kind = 'word' | 'path' | 'text' | 'value';
export interface Example {
  value: unknown;
  kind: Kind;
  /** What must or may not stand beside it. */
  beside: Record<string, unknown>;
}
const word = (value: string, beside = {}): Example => ({ value, kind: 'word', beside });
const file = (value: string, beside = {}): Example => ({ value, kind: 'path', beside });
const said = (value: string, beside = {}): Example => ({ value, kind: 'text', beside });
const of = (value: unknown, beside = {}): Example => ({ value, kind: 'value', beside });

export interface Place {
  /** Its own name, for the titles. */
  name: string;
  kind: 'task' | 'pipeline';
  fields: readonly string[];
  /** Where its object is in the request. */
  at: readonly PropertyKey[];
  /** A request in which the object holds no more than it must. */
  body: object;
  examples: Record<string, Example>;
}

const SPEECH = { text: 'Hello there.', voice_id: 'luna' };
const speech = { task_type: 'cosyvoice', payload: SPEECH };
const IMAGE = { template: 'flux_dev', params: { POSITIVE_PROMPT: 'a fox' } };
const image = { task_type: 'comfyui', payload: IMAGE };
const render = (timeline: object) => ({ task_type: 'remotion_render', payload: { timeline } });
const head = { durationInFrames: 90 };
const clip = { src: 'a.png', startFrame: 0, durationInFrames: 60 };
const film = (more: object) => render({ ...head, clips: [{ ...clip, ...more }] });
const T = ['payload', 'timeline'] as const;
const C = [...T, 'clips', 0] as const;
const line = { text: 'Hi', startFrame: 0, endFrame: 30 };
const none = undefined;
const from = { startFrame: none };
const length = { durationInFrames: none };
const lines = (one: object) => render({ ...head, subtitles: [one] });
const inColour = (names: string[]) => Object.fromEntries(names.map((name) => [name, said('Red')]));

const { params: PARAMS } = JSON.parse(readFileSync(path.join(TEMPLATES_FOLDER, 'wan_i2v.params.json'), 'utf8')) as {
  params: Record<string, { type: string }>;
};
export const TEXT_PARAMS = Object.keys(PARAMS).filter((name) => PARAMS[name]?.type === 'string');

const HOOK = 'https://studio.example/hook?token=1';
const calledWith = (event: string): Record<string, Example> => ({
  webhook_url: said(HOOK),
  callback_url: said(HOOK),
  webhook_events: of([event], { webhook_url: HOOK }),
});

/** Every place of a request that has fields, with an example for each of them. */
export const PLACES: Place[] = [
  {
    name: 'a task',
    kind: 'task',
    fields: Object.keys(envelopeSchema.shape),
    at: [],
    body: speech,
    examples: {
      task_type: word('cosyvoice'),
      priority: of(70),
      timeouts: of({ run_seconds: 60 }),
      client: said('shop'),
      idempotency_key: said('order 7'),
      tags: of(['film', 'night']),
      metadata: of({ order: 7 }),
      run_at: of('2027-01-04T09:30:00Z', { delay_seconds: undefined }),
      delay_seconds: of(60),
      ...calledWith('task.completed'),
      payload: of(SPEECH),
    },
  },
  {
    name: 'timeouts',
    kind: 'task',
    fields: Object.keys(timeoutsSchema.shape),
    at: ['timeouts'],
    body: { ...speech, timeouts: {} },
    examples: { queue_seconds: of(30), run_seconds: of(60.5) },
  },
  {
    name: 'speech',
    kind: 'task',
    fields: Object.keys(cosyvoicePayloadSchema.shape),
    at: ['payload'],
    body: speech,
    examples: {
      text: said('Hello.'),
      tts_text: said('Hello.', { text: none }),
      voice_id: file('luna'),
      mode: word('instruct'),
      text_format: word('plain'),
      output_path: file('x/a.wav'),
      overwrite: of(true),
      instruct_text: said('Softly.'),
      prompt_text: said('What is said.'),
      prompt_wav_path: file('voices/luna.wav', { voice_id: none, prompt_text: 'What is said.' }),
      language: word('en'),
      speed: of(1.5),
      seed: of(7),
      pause_ms: of(100),
      loudness: of(-16),
      format: word('mp3'),
    },
  },
  {
    name: 'a picture',
    kind: 'task',
    fields: Object.keys(comfyuiPayloadSchema.shape),
    at: ['payload'],
    body: image,
    examples: {
      template: file('flux_dev'),
      workflow: of({ '3': { class_type: 'Save', inputs: { a: 1 } } }, { template: none, params: none }),
      params: of({ POSITIVE_PROMPT: 'a fox', WIDTH: 512 }),
    },
  },
  {
    name: 'parameters',
    kind: 'task',
    fields: Object.keys(PARAMS),
    at: ['payload', 'params'],
    body: { task_type: 'comfyui', payload: { template: 'wan_i2v', params: { IMAGE: 'a.png', POSITIVE_PROMPT: 'x' } } },
    examples: {
      IMAGE: file('a.png'),
      SEED: of(7),
      STEPS: of(12),
      SPLIT_STEP: of(3),
      CFG: of(2.5),
      SHIFT: of(3.5),
      WIDTH: of(512),
      HEIGHT: of(512),
      FRAMES: of(5),
      FPS: of(24),
      WEIGHT_DTYPE: word('fp8_e4m3fn'),
      ...Object.fromEntries(TEXT_PARAMS.map((name) => [name, said('a fox')])),
    },
  },
  {
    name: 'a render',
    kind: 'task',
    fields: ['timeline', 'output', 'output_path', 'output_filename', 'overwrite'],
    at: ['payload'],
    body: render(head),
    examples: {
      timeline: of({ durationInFrames: 30 }),
      output: of({ format: 'webm' }),
      output_path: file('x/a.mp4'),
      output_filename: file('a.mp4'),
      overwrite: of(true),
    },
  },
  {
    name: 'a timeline',
    kind: 'task',
    fields: Object.keys(headSchema.shape),
    at: T,
    body: render(head),
    examples: {
      width: of(64),
      height: of(64),
      fps: of(25),
      durationInFrames: of(30),
      durationFrames: of(30, length),
      durationSec: of(1.5, length),
      durationMs: of(1500, length),
      tailFrames: of(5, { ...length, clips: [clip] }),
      tailSec: of(0.5, { ...length, clips: [clip] }),
      backgroundColor: said('Navy'),
      audioVolume: of(0.5, { audioSrc: 'a.wav' }),
      bgmVolume: of(0.5),
      bgmLoop: of(false),
      bgmFadeInFrames: of(5),
      bgmFadeInSec: of(0.5),
      bgmFadeOutFrames: of(5),
      bgmFadeOutSec: of(0.5),
      clips: of([clip]),
      subtitles: of([line]),
      subtitleStyle: word('karaoke'),
      audioSrc: file('a.wav'),
      bgmSrc: file('a.wav'),
      ducking: of(true),
      watermark: file('a.png'),
      output: of({ format: 'webm' }),
    },
  },
  {
    name: 'a clip',
    kind: 'task',
    fields: Object.keys(clipSchema.shape),
    at: C,
    body: film({}),
    examples: {
      type: word('b_roll'),
      src: file('a.png'),
      startFrame: of(3),
      from: of(3, from),
      startSec: of(0.5, from),
      startMs: of(500, from),
      durationInFrames: of(30),
      durationFrames: of(30, length),
      durationSec: of(1.5, length),
      durationMs: of(1500, length),
      endFrame: of(30, length),
      endSec: of(1.5, length),
      endMs: of(1500, length),
      trimBefore: of(3, { src: 'a.mp4' }),
      startFrom: of(3, { src: 'a.mp4' }),
      trimBeforeSec: of(0.5, { src: 'a.mp4' }),
      trimStartSec: of(0.5, { src: 'a.mp4' }),
      trimAfter: of(30, { src: 'a.mp4' }),
      endAt: of(30, { src: 'a.mp4' }),
      trimAfterSec: of(1.5, { src: 'a.mp4' }),
      trimEndSec: of(1.5, { src: 'a.mp4' }),
      layer: of(2),
      track: of(2),
      volume: of(0.5, { src: 'a.mp4' }),
      muted: of(true, { src: 'a.mp4' }),
      loop: of(true, { src: 'a.mp4' }),
      playbackRate: of(2, { src: 'a.mp4' }),
      fit: word('contain-blur'),
      onError: word('skip'),
      text: said('Hello', { type: 'text', src: none }),
      color: said('Red', { type: 'color', src: none }),
      style: of({ opacity: 0.5 }),
      textStyle: of({ fontSize: 40 }, { type: 'text', src: none, text: 'Hi' }),
      motion: word('zoom-in'),
      kenBurns: of(true),
      transition: word('fade'),
    },
  },
  {
    name: 'style',
    kind: 'task',
    fields: Object.keys(styleSchema.shape),
    at: [...C, 'style'],
    body: film({ style: {} }),
    examples: {
      scale: of(2),
      opacity: of(0.5),
      top: file('50%'),
      left: file('12px'),
      width: of(30),
      height: of(30),
      rotate: of(-5),
      objectFit: word('scale-down'),
    },
  },
  {
    name: 'textStyle',
    kind: 'task',
    fields: Object.keys(textStyleSchema.shape),
    at: [...C, 'textStyle'],
    body: film({ type: 'text', src: none, text: 'Hi', textStyle: {} }),
    examples: {
      fontSize: of(40),
      strokeWidth: of(2),
      align: word('left'),
      ...inColour(['color', 'backgroundColor', 'strokeColor']),
    },
  },
  {
    name: 'motion',
    kind: 'task',
    fields: Object.keys(motionSchema.shape),
    at: [...C, 'motion'],
    body: film({ motion: { type: 'pan-up' } }),
    examples: { type: word('zoom-out'), amount: of(0.5) },
  },
  {
    name: 'transition',
    kind: 'task',
    fields: Object.keys(transitionSchema.shape),
    at: [...C, 'transition'],
    body: film({ transition: { type: 'slide' } }),
    examples: {
      type: word('wipe'),
      direction: word('from-top'),
      durationInFrames: of(5),
      durationFrames: of(5),
      durationSec: of(0.5),
    },
  },
  {
    name: 'output',
    kind: 'task',
    fields: Object.keys(outputFields.shape),
    at: [...T, 'output'],
    body: render({ ...head, output: {} }),
    examples: {
      format: word('webm'),
      codec: word('h265'),
      crf: of(20),
      preset: word('slow'),
      scale: of(0.5),
      poster: of(3),
    },
  },
  {
    name: 'watermark',
    kind: 'task',
    fields: Object.keys(watermarkSchema.shape),
    at: [...T, 'watermark'],
    body: render({ ...head, watermark: { src: 'a.png' } }),
    examples: { src: file('a.png'), position: word('center'), width: of(30), margin: of(5), opacity: of(0.5) },
  },
  {
    name: 'narration',
    kind: 'task',
    fields: Object.keys(soundSchema.shape),
    at: [...T, 'audioSrc'],
    body: render({ ...head, audioSrc: { src: 'a.wav' } }),
    examples: { src: file('a.wav'), volume: of(0.5) },
  },
  {
    name: 'ducking',
    kind: 'task',
    fields: Object.keys(duckingSchema.shape),
    at: [...T, 'ducking'],
    body: render({ ...head, ducking: {} }),
    examples: { to: of(0.5), attackMs: of(5), releaseMs: of(5) },
  },
  {
    name: 'subtitleStyle',
    kind: 'task',
    fields: Object.keys(subtitleStyleSchema.shape),
    at: [...T, 'subtitleStyle'],
    body: render({ ...head, subtitleStyle: {} }),
    examples: {
      style: word('karaoke'),
      position: word('top'),
      marginX: of(5),
      marginY: of(5),
      fontSize: of(40),
      strokeWidth: of(2),
      ...inColour(['color', 'highlightColor', 'strokeColor', 'boxColor']),
    },
  },
  {
    name: 'a subtitle',
    kind: 'task',
    fields: Object.keys(lineSchema.shape),
    at: [...T, 'subtitles', 0],
    body: lines(line),
    examples: { text: said('Hello'), ...lineTimes(), words: of([{ text: 'Hi', startFrame: 1, endFrame: 20 }]) },
  },
  {
    name: 'a word',
    kind: 'task',
    fields: Object.keys(wordSchema.shape),
    at: [...T, 'subtitles', 0, 'words', 0],
    body: lines({ ...line, words: [{ text: 'Hi', startFrame: 0, endFrame: 30 }] }),
    examples: { text: said('Hello'), word: said('Hello', { text: none }), ...lineTimes() },
  },
  {
    name: 'a subtitle file',
    kind: 'task',
    fields: Object.keys(sourceSchema.shape),
    at: [...T, 'subtitles'],
    body: render({ ...head, subtitles: { src: 'a.srt' } }),
    examples: {
      src: file('a.srt'),
      content: said('1\n00:00:00,000 --> 00:00:01,000\nHello\n', { src: none }),
    },
  },
  {
    name: 'a pipeline',
    kind: 'pipeline',
    fields: Object.keys(pipelineSchema.shape),
    at: [],
    body: { steps: [{ id: 'voice', ...speech }] },
    examples: {
      name: said('A film'),
      priority: of(70),
      client: said('shop'),
      idempotency_key: said('order 7'),
      tags: of(['film', 'night']),
      metadata: of({ order: 7 }),
      run_at: of('2027-01-04T09:30:00Z', { delay_seconds: undefined }),
      delay_seconds: of(60),
      ...calledWith('pipeline.completed'),
      steps: of([{ id: 'voice', ...speech }]),
      output: of({ $from: 'voice' }),
    },
  },
  {
    name: 'a step',
    kind: 'pipeline',
    fields: STEP_FIELDS,
    at: ['steps', 1],
    body: {
      steps: [
        { id: 'first', ...speech },
        { id: 'voice', ...speech },
      ],
    },
    examples: {
      id: file('voice'),
      task_type: word('cosyvoice'),
      payload: of(SPEECH),
      priority: of(70),
      timeouts: of({ run_seconds: 60 }),
      on_error: word('skip'),
      for_each: of(['a', 'b']),
      depends_on: of(['first']),
    },
  },
];

function lineTimes(): Record<string, Example> {
  const end = { endFrame: none };
  return {
    startFrame: of(3),
    from: of(3, from),
    startMs: of(100, from),
    start: of(0.1, from),
    startSec: of(0.1, from),
    endFrame: of(30),
    endMs: of(900, end),
    end: of(0.9, end),
    endSec: of(0.9, end),
    durationInFrames: of(20, end),
    durationFrames: of(20, end),
    durationMs: of(900, end),
    durationSec: of(0.9, end),
  };
}
