/** A request that keeps a careless server busy. */
export interface HostileBody {
  name: string;
  path: '/submit_task' | '/submit_pipeline';
  /** The body as it is sent. */
  body: string;
}

const BLANKS = ' '.repeat(60_000);
const NUMBERS = Array.from({ length: 200 }, (_, index) => index);

const repeat = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const film = (timeline: object): object => ({ task_type: 'remotion_render', payload: { timeline } });
const speech = (payload: object): object => ({ task_type: 'cosyvoice', payload });
const picture = (payload: object): object => ({ task_type: 'comfyui', payload });
const filmStep = (timeline: unknown, more: object = {}): object => ({
  id: 'film',
  task_type: 'remotion_render',
  payload: { timeline },
  ...more,
});

const task = (name: string, body: object): HostileBody => ({ name, path: '/submit_task', body: JSON.stringify(body) });
const pipeline = (name: string, steps: unknown, more: object = {}): HostileBody => ({
  name,
  path: '/submit_pipeline',
  body: JSON.stringify({ steps, ...more }),
});

/** A value that makes lists of lists of lists. */
function nested(levels: number, list: readonly unknown[], last: unknown): unknown {
  return levels === 0 ? last : { $for: list, $each: nested(levels - 1, list, last) };
}

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

const pipelines = (): HostileBody[] => [
  pipeline('thousands of references to steps that are not there', [
    filmStep({ clips: repeat(15_000, (index) => ({ src: `\${voise_${index}.output_path}` })) }),
    ...repeat(150, (index) => ({ id: `voice_${'x'.repeat(50)}${index}`, task_type: 'cosyvoice', payload: {} })),
  ]),
  pipeline('thousands of dependencies on steps that are not there', [
    filmStep({}, { depends_on: repeat(9999, (index) => `${'y'.repeat(60)}${index}`) }),
    ...repeat(190, (index) => ({ id: `v_${'x'.repeat(60)}${index}`, task_type: 'cosyvoice', payload: {} })),
  ]),
  pipeline('thousands of misspelt fields of a step', [
    { ...filmStep({}), ...Object.fromEntries(repeat(40_000, (index) => [`payloda${index}`, 1])) },
  ]),
  pipeline(
    'thousands of misspelt fields of a pipeline',
    [filmStep({})],
    Object.fromEntries(repeat(45_000, (index) => [`prioriti${index}`, 1])),
  ),
  pipeline('for_each of 200 over lists of lists', [
    filmStep({ clips: nested(3, NUMBERS, { color: '$index' }) }, { for_each: NUMBERS }),
  ]),
  pipeline('for_each of 200 over a list of 1,000', [
    filmStep(
      { subtitles: nested(1, repeat(1000, String), { text: '${$item}', startFrame: 0, endFrame: 9 }) },
      { for_each: NUMBERS },
    ),
  ]),
  pipeline('for_each of 200 over $for of 200 in a text', [
    filmStep(
      { subtitles: [{ text: repeat(2000, () => '${$item}').join(''), startFrame: 0, endFrame: 9 }] },
      { for_each: repeat(200, () => 'x'.repeat(1000)) },
    ),
  ]),
  pipeline(
    '10,000 steps',
    repeat(10_000, (index) => ({ id: `s${index}`, task_type: 'cosyvoice', payload: { text: 'Hi' } })),
  ),
  pipeline(
    '200 steps, each after all others',
    repeat(200, (place) => ({
      id: `s${place}`,
      task_type: 'cosyvoice',
      payload: { text: 'Hi', voice: 'luna' },
      depends_on: repeat(200, (other) => `s${other}`),
    })),
  ),
  pipeline('200 copies of a timeline of 900 kB', [
    filmStep(
      {
        durationInFrames: 9,
        subtitles: repeat(9000, (index) => ({ text: `Line ${index} ${'x'.repeat(40)}`, startFrame: 0, endFrame: 9 })),
      },
      { for_each: NUMBERS },
    ),
  ]),
  pipeline('a script of 100,000 ideographs for each of 200', [
    { id: 'voice', task_type: 'cosyvoice', payload: { text: '语'.repeat(100_000) }, for_each: NUMBERS },
    filmStep({ subtitles: { $from: 'voice[0].subtitles' } }),
  ]),
  pipeline('200 scripts of 1,500 ideographs', [
    {
      id: 'voice',
      task_type: 'cosyvoice',
      payload: { text: '${$item}' },
      for_each: repeat(200, (index) => `${'语言'.repeat(700)}${index}`),
    },
    filmStep({ subtitles: { $from: 'voice[0].subtitles' } }),
  ]),
  pipeline('text of nothing but blanks in every place', [
    filmStep({ subtitles: BLANKS, clips: [{ src: BLANKS }], backgroundColor: BLANKS }),
    { id: 'voice', task_type: 'cosyvoice', payload: { text: BLANKS, voice: BLANKS } },
  ]),
  pipeline('names of JavaScript for steps and fields', [
    { id: '__proto__', task_type: 'cosyvoice', payload: { text: 'Hi', voice: 'luna' }, for_each: [1, 2] },
    { id: 'constructor', task_type: 'cosyvoice', payload: { text: '${__proto__[0].output_path}', voice: 'luna' } },
    filmStep({ clips: [{ src: '${constructor.toString}' }] }),
  ]),
  pipeline(
    'an output of lists of lists',
    [{ id: 'v', task_type: 'cosyvoice', payload: { text: 'Hi', voice: 'luna' } }],
    {
      output: nested(4, NUMBERS, '$index'),
    },
  ),
];

const films = (): HostileBody[] => [
  task(
    'a film of 10,000 subtitles',
    film({
      durationInFrames: 90_000,
      subtitles: repeat(10_000, (index) => ({ text: `L${index}`, startFrame: index * 9, endFrame: index * 9 + 9 })),
    }),
  ),
  task('a film of 10,000 wrong subtitles', film({ subtitles: repeat(10_000, () => ({ tex: 'x', strat: 1, ned: 2 })) })),
  task(
    'a film of 20,000 clips',
    film({ durationInFrames: 9, clips: repeat(20_000, () => ({ type: 'color', color: 'red' })) }),
  ),
  task(
    'a film of 5,000 clips of missing files',
    film({ durationInFrames: 9, clips: repeat(5000, (index) => ({ src: `gone/${index}.png` })) }),
  ),
  task(
    'a caption of 700,000 characters',
    film({
      durationInFrames: 9,
      subtitleStyle: 'karaoke',
      subtitles: [{ text: 'word '.repeat(140_000), startFrame: 0, endFrame: 9 }],
    }),
  ),
  task(
    'SRT of 40,000 cues',
    film({ durationInFrames: 9, subtitles: repeat(40_000, () => '00:01 --> 00:02\nx\n').join('\n') }),
  ),
  task(
    'VTT of half a million brackets',
    film({ durationInFrames: 9, subtitles: `WEBVTT\n\n00:01.000 --> 00:02.000\n${'<v '.repeat(250_000)}` }),
  ),
  task(
    'SRT of blanks and line ends',
    film({ durationInFrames: 9, subtitles: `00:01 --> 00:02\n${' \r'.repeat(300_000)}` }),
  ),
  task(
    'thousands of misspelt fields of a timeline',
    film(Object.fromEntries(repeat(35_000, (index) => [`durationInFrame${index}`, 1]))),
  ),
  task('a colour of a megabyte', film({ durationInFrames: 9, backgroundColor: `rgba(${'1,'.repeat(400_000)}` })),
  task('a path of a megabyte of dots', film({ durationInFrames: 9, audioSrc: '../'.repeat(300_000) })),
  task('a number of 900,000 digits', film({ durationInFrames: '9'.repeat(900_000) })),
];

const others = (): HostileBody[] => [
  task('a script of 300,000 ideographs', speech({ text: '语'.repeat(300_000), voice: 'luna' })),
  task('a script of 900,000 unclosed marks', speech({ text: '<strong>'.repeat(110_000), voice: 'luna' })),
  task('a script of blanks', speech({ text: `${' '.repeat(900_000)}x`, voice: 'luna' })),
  task('a script of one word of 900,000 letters', speech({ text: 'a'.repeat(900_000), voice: 'luna' })),
  task('a script of punctuation', speech({ text: '.!?…'.repeat(150_000), voice: 'luna' })),
  task('a script of abbreviations', speech({ text: 'e.g. '.repeat(180_000), voice: 'luna' })),
  task(
    'a graph of 10,000 nodes',
    picture({
      workflow: Object.fromEntries(
        repeat(10_000, (index) => [String(index), { class_type: 'X', inputs: { a: 1, b: [String(index), 0] } }]),
      ),
    }),
  ),
  task(
    'a graph of 40,000 placeholders',
    picture({
      workflow: {
        1: {
          class_type: 'X',
          inputs: Object.fromEntries(repeat(30_000, (index) => [`i${index}`, `{{NAME_${index}}}`])),
        },
      },
    }),
  ),
  task(
    'a graph of placeholders and as many parameters',
    picture({
      workflow: {
        1: {
          class_type: 'X',
          inputs: Object.fromEntries(repeat(15_000, (index) => [`i${index}`, `{{NAME_${index}}}`])),
        },
      },
      params: Object.fromEntries(repeat(15_000, (index) => [`nmae_${index}`, index])),
    }),
  ),
  task(
    'a template with 40,000 wrong parameters',
    picture({ template: 'flux_dev', params: Object.fromEntries(repeat(40_000, (index) => [`promt${index}`, 'x'])) }),
  ),
  task(
    'overrides of 40,000 nodes',
    picture({
      template: 'flux_dev',
      overrides: Object.fromEntries(repeat(40_000, (index) => [String(index), { 'inputs.a': 1 }])),
    }),
  ),
  task('a type of a megabyte', { task_type: 'x'.repeat(900_000), payload: {} }),
  { name: 'a number of 900,000 digits, bare', path: '/submit_task', body: `{"priority": ${'9'.repeat(900_000)}}` },
  { name: 'a string that is not closed', path: '/submit_task', body: `{"a": "${'\\u0000'.repeat(150_000)}` },
  {
    name: '100 levels and many values',
    path: '/submit_task',
    body: `[${repeat(6000, () => JSON.stringify(deep(40))).join(',')}]`,
  },
  { name: 'half a million levels', path: '/submit_task', body: '['.repeat(500_000) },
  {
    name: 'a million zeros',
    path: '/submit_task',
    body: `{"task_type":"comfyui","payload":{"workflow":[${'0,'.repeat(490_000)}0]}}`,
  },
];

/** Bodies below the limit of one megabyte, each the worst of its kind. */
export const hostileBodies = (): HostileBody[] => [...pipelines(), ...films(), ...others()];
