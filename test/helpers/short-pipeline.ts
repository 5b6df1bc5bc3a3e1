/** What is spoken: three sentences. */
export const SCRIPT = 'The first one. The second one. The third one.';
export const voice = { id: 'voice', task_type: 'cosyvoice', payload: { text: SCRIPT } };

/** One for each sentence. */
export const pictures = {
  id: 'pictures',
  task_type: 'comfyui',
  for_each: { $from: 'voice.sentences' },
  payload: { prompt: '${$index}: ${$item.text}' },
};

const film = {
  id: 'film',
  task_type: 'remotion_render',
  payload: {
    timeline: {
      width: 320,
      height: 568,
      durationInFrames: 36,
      audioSrc: { $from: 'voice.output_path' },
      subtitles: {
        $for: { $from: 'voice.subtitles' },
        $each: { text: { $from: '$item.text' }, startFrame: { $from: '$index' }, endFrame: 36 },
      },
      clips: {
        $for: { $from: 'pictures' },
        $each: { type: 'image', src: { $from: '$item.files[0].path' }, startFrame: 0, durationInFrames: 36 },
      },
    },
  },
};

/** A voice, its pictures and the film of them, in no order. */
export const short = {
  name: 'short film',
  priority: 70,
  steps: [film, pictures, voice],
  output: { film: { $from: 'film.output_path' } },
};

/** What of it is done, by the words that go in, in the order in which it can be. */
export const ALL_WORK = [SCRIPT, '0: The first one.', '1: The second one.', '2: The third one.', 'film'];
