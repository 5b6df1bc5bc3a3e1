import type { CatalogueEntry } from './catalogue-entry.ts';

/** Of CosyVoice and its speech. */
export const COSYVOICE_ERRORS = {
  cosyvoice_unavailable: {
    status: 503,
    class: 'unavailable',
    message: 'Connection refused: CosyVoice does not answer',
    hint: 'The task waits and goes on by itself. For the operator: start CosyVoice, or correct COSYVOICE_URL; it answers once its model is loaded.',
    givenUpAs: 'cosyvoice_refused',
  },
  cosyvoice_denied: {
    status: 503,
    class: 'unavailable',
    message: 'CosyVoice, or the proxy before it, refuses our credentials',
    hint: 'The task waits and goes on by itself. For the operator: put what it asks for into COSYVOICE_HEADERS.',
    givenUpAs: 'cosyvoice_refused',
  },
  cosyvoice_lost: {
    status: 500,
    class: 'transient',
    message: 'CosyVoice went away while it spoke',
    hint: 'Retry it; finished sentences are kept. For the operator: look at the log of CosyVoice for this time.',
  },
  cosyvoice_stalled: {
    status: 500,
    class: 'transient',
    message: 'CosyVoice did not finish a sentence in time',
    hint: 'Retry it; finished sentences are kept. For the operator: look at the log of CosyVoice and restart it; COSYVOICE_SENTENCE_SECONDS sets how long a sentence may take.',
    holdsWords: true,
  },
  cosyvoice_sentence_failed: {
    status: 500,
    class: 'permanent',
    message: 'CosyVoice cannot speak a sentence of the script',
    hint: 'The message names the sentence and what came back; a retry goes on from there. For the operator: look at the log of CosyVoice.',
    holdsWords: true,
  },
  cosyvoice_prompt_broken: {
    status: 500,
    class: 'permanent',
    message: 'This CosyVoice server cuts every answer to a request with a reference recording before the first sound',
    hint: 'For the operator: so does the server.py of December 2025 and later; run an older one or correct it (docs/cosyvoice.md). With a v3 model, also set COSYVOICE_DIALECT=v3.',
  },
  cosyvoice_refused: {
    status: 422,
    class: 'permanent',
    message: 'CosyVoice refused the request',
    hint: 'The message says why. For the operator: COSYVOICE_DIALECT names the kind of server if it was taken for another.',
    holdsWords: true,
  },
  cosyvoice_unsupported: {
    status: 422,
    class: 'permanent',
    message: 'This CosyVoice server cannot speak in this voice and mode',
    hint: 'The message says what is missing; docs/cosyvoice.md has the table of what each model can.',
  },
  speech_failed: {
    status: 500,
    class: 'transient',
    message: 'The spoken sentences could not be made into one file',
    hint: 'Retry it. For the operator: look at the free space under ASSET_PATH and into `worker.log`.',
  },
} as const satisfies Record<string, CatalogueEntry>;
