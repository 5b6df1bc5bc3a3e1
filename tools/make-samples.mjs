/**
 * `node tools/make-samples.mjs`: makes the samples in `examples/assets` again. Everything in them is made here: the
 * pictures are drawn, the music is computed, and eSpeak NG speaks. They may be used for anything.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import load from '@echogarden/espeak-ng-emscripten';
import { createCanvas } from '@napi-rs/canvas';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const SAMPLES = path.join(ROOT, 'examples', 'assets', 'samples');
const VOICE = path.join(ROOT, 'examples', 'assets', 'voices', 'luna');
const WORDS = 'Morning comes over the harbour. The boats are white with snow, and a lamp goes on in a window.';

const CAPTIONS = `WEBVTT

00:00.000 --> 00:01.950
Morning comes over the harbour.

00:02.200 --> 00:05.950
The boats are white with snow, and a lamp goes on in a window.
`;

const ffmpeg = (...args) =>
  execFileSync(path.join(ROOT, 'node_modules', '.bin', 'remotion'), ['ffmpeg', '-y', '-loglevel', 'error', ...args], {
    stdio: 'inherit',
  });

/** @param channels of samples from -1 to 1 */
function writeWav(file, rate, channels) {
  const [first] = channels;
  const bytes = Buffer.alloc(44 + first.length * channels.length * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels.length, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * channels.length * 2, 28);
  bytes.writeUInt16LE(channels.length * 2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(bytes.length - 44, 40);
  for (let index = 0; index < first.length; index++)
    for (const [channel, samples] of channels.entries())
      bytes.writeInt16LE(Math.round(samples[index] * 32_767), 44 + (index * channels.length + channel) * 2);
  writeFileSync(file, bytes);
}

async function speak(file) {
  const espeak = await load();
  const worker = new espeak.eSpeakNGWorker();
  worker.set_voice('en+f4');
  worker.set_pitch(45);
  worker.set_rate(150);
  const parts = [];
  worker.synthesize(WORDS, (samples) => {
    if (samples !== null) parts.push(samples.slice());
    return 0;
  });
  const samples = parts.flatMap((part) => [...part]).map((sample) => sample / 32_768);
  writeWav(file, 22_050, [samples]);
}

const RATE = 44_100;
const BEAT = 0.8;
/** Four bars in C: a bass note and the notes above it, as MIDI numbers. */
const BARS = [
  [45, [60, 64, 67, 71]],
  [41, [60, 64, 65, 69]],
  [48, [59, 64, 67, 72]],
  [43, [59, 62, 67, 69]],
];

/** Four bars of chords and broken chords. What sounds beyond the end sounds at the beginning: it loops without a seam. */
function compose(file) {
  const length = Math.round(BARS.length * 4 * BEAT * RATE);
  const channels = [new Float64Array(length), new Float64Array(length)];
  function play({ key, at, seconds, attack, strength, side, partials }) {
    const hertz = 440 * 2 ** ((key - 69) / 12);
    const count = Math.round(seconds * RATE);
    for (let index = 0; index < count; index++) {
      const time = index / RATE;
      const envelope = Math.min(1, time / attack) * (1 - time / seconds) ** 2;
      const tone = partials.reduce((sum, part, n) => sum + part * Math.sin(2 * Math.PI * hertz * (n + 1) * time), 0);
      const place = (Math.round(at * RATE) + index) % length;
      channels[0][place] += strength * envelope * tone * (1 - side);
      channels[1][place] += strength * envelope * tone * side;
    }
  }
  for (const [bar, [bass, chord]] of BARS.entries()) {
    const at = bar * 4 * BEAT;
    play({ key: bass, at, seconds: 5 * BEAT, attack: 0.03, strength: 0.3, side: 0.5, partials: [1, 0.4, 0.1] });
    for (const [index, key] of chord.entries())
      play({ key, at, seconds: 6 * BEAT, attack: 0.6, strength: 0.1, side: 0.2 + 0.2 * index, partials: [1, 0.2] });
    for (const [index, note] of [0, 2, 1, 3, 2, 1, 3, 2].entries())
      play({
        key: chord[note] + 12,
        at: at + (index * BEAT) / 2,
        seconds: 2,
        attack: 0.005,
        strength: 0.12,
        side: index % 2 === 0 ? 0.3 : 0.7,
        partials: [1, 0.3, 0.15],
      });
  }
  const peak = channels.flatMap((channel) => [...channel]).reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  writeWav(
    file,
    RATE,
    channels.map((channel) => channel.map((sample) => (sample / peak) * 0.45)),
  );
}

const TIMES = {
  dawn: {
    sky: ['#33415c', '#d98f6c', '#f6d8a8'],
    sea: ['#c98d78', '#2d4059'],
    hill: '#3d4a63',
    light: '#fff1c9',
    up: 0.4,
  },
  noon: {
    sky: ['#3f8fc7', '#8cc7e8', '#dff1f7'],
    sea: ['#5fb0cc', '#1e5f86'],
    hill: '#4d7f6b',
    light: '#fffbe0',
    up: 0.16,
  },
  night: {
    sky: ['#070d1f', '#12203f', '#27406b'],
    sea: ['#1c3158', '#060b1a'],
    hill: '#0d1830',
    light: '#f2f0dc',
    up: 0.18,
  },
};

function fade(context, colours, from, to) {
  const gradient = context.createLinearGradient(0, from, 0, to);
  for (const [index, colour] of colours.entries()) gradient.addColorStop(index / (colours.length - 1), colour);
  return gradient;
}

/** A harbour with hills, a lighthouse and a boat. @param second of the film; the water and the boat move */
function drawHarbour(time, width, height, second = 0) {
  const { sky, sea, hill, light, up } = TIMES[time];
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const unit = Math.min(width, height);
  const shore = height * 0.56;
  context.fillStyle = fade(context, sky, 0, shore);
  context.fillRect(0, 0, width, shore);
  context.fillStyle = light;
  if (time === 'night')
    for (let star = 0; star < 60; star++)
      context.fillRect(((star * 0.754_878) % 1) * width, ((star * 0.569_84) % 1) * shore * 0.8, 2, 2);
  context.beginPath();
  context.arc(width * 0.68, height * up, unit * 0.07, 0, 2 * Math.PI);
  context.fill();
  for (const [layer, alpha] of [0.45, 1].entries()) {
    context.globalAlpha = alpha;
    context.fillStyle = hill;
    context.beginPath();
    context.moveTo(0, shore);
    for (let step = 0; step <= 64; step++) {
      const at = step / 64;
      const rise = 0.5 + 0.3 * Math.sin(at * 7 + layer * 2) + 0.2 * Math.sin(at * 17 + layer);
      context.lineTo(at * width, shore - rise * unit * (0.24 - layer * 0.14));
    }
    context.lineTo(width, shore);
    context.fill();
  }
  context.globalAlpha = 1;
  context.fillStyle = fade(context, sea, shore, height);
  context.fillRect(0, shore, width, height - shore);
  context.fillStyle = light;
  for (let line = 0; line < 26; line++) {
    const depth = (line + 0.5) / 26;
    const sway = Math.sin(second * 1.2 + line * 1.7);
    context.globalAlpha = 0.34 * (1 - depth) + 0.06;
    const wide = unit * (0.05 + 0.12 * depth) * (1 + 0.3 * sway);
    context.fillRect(
      width * 0.68 - wide / 2 + sway * unit * 0.02,
      shore + depth ** 1.5 * (height - shore),
      wide,
      unit * 0.006,
    );
  }
  context.globalAlpha = 1;
  const tower = width * 0.2;
  context.fillStyle = time === 'night' ? '#5c6784' : '#f3ece0';
  context.beginPath();
  context.moveTo(tower - unit * 0.035, shore + unit * 0.02);
  context.lineTo(tower - unit * 0.022, shore - unit * 0.3);
  context.lineTo(tower + unit * 0.022, shore - unit * 0.3);
  context.lineTo(tower + unit * 0.035, shore + unit * 0.02);
  context.fill();
  context.fillStyle = '#b5443c';
  context.fillRect(tower - unit * 0.03, shore - unit * 0.37, unit * 0.06, unit * 0.018);
  context.fillRect(tower - unit * 0.029, shore - unit * 0.14, unit * 0.058, unit * 0.06);
  context.fillStyle = time === 'noon' ? '#7f8fa0' : '#ffd873';
  context.fillRect(tower - unit * 0.02, shore - unit * 0.352, unit * 0.04, unit * 0.052);
  context.save();
  context.translate(width * 0.46 + second * unit * 0.02, shore + unit * (0.2 + 0.006 * Math.sin(second * 2)));
  context.rotate(0.02 * Math.sin(second * 1.5));
  context.fillStyle = '#2a2730';
  context.beginPath();
  context.moveTo(-unit * 0.14, 0);
  context.lineTo(unit * 0.16, 0);
  context.lineTo(unit * 0.1, unit * 0.05);
  context.lineTo(-unit * 0.11, unit * 0.05);
  context.fill();
  context.fillStyle = time === 'night' ? '#8d96ad' : '#f7f1e6';
  for (const [near, far] of [
    [0.012, 0.13],
    [-0.012, -0.1],
  ]) {
    context.beginPath();
    context.moveTo(near * unit, -unit * 0.3);
    context.lineTo(far * unit, -unit * 0.025);
    context.lineTo(near * unit, -unit * 0.025);
    context.fill();
  }
  context.restore();
  return canvas;
}

const shape = (context, colour, points) => {
  context.fillStyle = colour;
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.fill();
};

/** The head of a fox in the snow, in corners. */
function drawFox(size) {
  const canvas = createCanvas(size, size);
  const context = canvas.getContext('2d');
  context.scale(size, size);
  context.fillStyle = fade(context, ['#a9c4d8', '#eef4f7'], 0, 1);
  context.fillRect(0, 0, 1, 1);
  for (const side of [1, -1]) {
    context.save();
    context.translate(0.5, 0);
    context.scale(side, 1);
    shape(context, '#c85a21', [
      [0, 0.36],
      [0.1, 0.34],
      [0.3, 0.12],
      [0.36, 0.5],
      [0.24, 0.68],
      [0, 0.86],
    ]);
    shape(context, '#5a2a17', [
      [0.18, 0.32],
      [0.275, 0.2],
      [0.3, 0.4],
    ]);
    shape(context, '#e9782f', [
      [0, 0.36],
      [0.1, 0.34],
      [0.24, 0.44],
      [0.14, 0.62],
      [0, 0.86],
    ]);
    shape(context, '#fbf3e8', [
      [0.36, 0.5],
      [0.24, 0.68],
      [0, 0.86],
      [0.08, 0.66],
      [0.2, 0.56],
    ]);
    shape(context, '#241a17', [
      [0.08, 0.53],
      [0.18, 0.49],
      [0.15, 0.55],
    ]);
    shape(context, '#241a17', [
      [0, 0.8],
      [0.045, 0.81],
      [0, 0.87],
    ]);
    context.restore();
  }
  context.fillStyle = '#ffffff';
  for (let flake = 0; flake < 40; flake++) {
    context.beginPath();
    context.arc((flake * 0.754_878) % 1, (flake * 0.569_84) % 1, 0.004 + (flake % 3) * 0.002, 0, 2 * Math.PI);
    context.fill();
  }
  return canvas;
}

const FPS = 24;

async function film(folder, file) {
  for (let frame = 0; frame < 8 * FPS; frame++) {
    const name = path.join(folder, `${String(frame).padStart(3, '0')}.png`);
    writeFileSync(name, await drawHarbour('dawn', 540, 960, frame / FPS).encode('png'));
  }
  const colours = '-colorspace bt709 -color_primaries bt709 -color_trc bt709';
  const encode = `-vf scale=out_color_matrix=bt709,format=yuv420p -c:v libx264 -preset veryslow -crf 27 ${colours}`;
  ffmpeg(
    '-framerate',
    `${FPS}`,
    '-i',
    path.join(folder, '%03d.png'),
    ...encode.split(' '),
    '-movflags',
    '+faststart',
    file,
  );
}

const folder = mkdtempSync(path.join(tmpdir(), 'samples-'));
for (const target of [SAMPLES, VOICE]) mkdirSync(target, { recursive: true });
try {
  const sound = path.join(folder, 'sound.wav');
  await speak(sound);
  ffmpeg(
    '-i',
    sound,
    '-af',
    'loudnorm=I=-17:TP=-1.5:LRA=11',
    '-ar',
    '24000',
    '-b:a',
    '48k',
    path.join(VOICE, 'reference.mp3'),
  );
  writeFileSync(path.join(VOICE, 'reference.txt'), `${WORDS}\n`);
  writeFileSync(path.join(SAMPLES, 'harbour.vtt'), CAPTIONS);
  compose(sound);
  ffmpeg('-i', sound, '-b:a', '64k', path.join(SAMPLES, 'calm.mp3'));
  for (const [time, width, height] of [
    ['dawn', 720, 1280],
    ['noon', 1280, 720],
    ['night', 960, 960],
  ])
    writeFileSync(path.join(SAMPLES, `${time}.jpg`), await drawHarbour(time, width, height).encode('jpeg', 78));
  writeFileSync(path.join(SAMPLES, 'fox.jpg'), await drawFox(640).encode('jpeg', 80));
  await film(folder, path.join(SAMPLES, 'harbour.mp4'));
} finally {
  rmSync(folder, { recursive: true });
}
process.stdout.write(execFileSync('ls', ['-lR', path.dirname(SAMPLES)], { encoding: 'utf8' }));
