import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of CosyVoice and its speech. */
export const COSYVOICE_ERRORS = {
  cosyvoice_unavailable: {
    status: 503,
    class: 'unavailable',
    message: 'Connection refused: CosyVoice does not answer',
    hint: 'The task waits and resumes by itself. For the operator: start CosyVoice, or correct COSYVOICE_URL. CosyVoice answers only after its model is loaded.',
    givenUpAs: 'cosyvoice_refused',
  },
  cosyvoice_denied: {
    status: 503,
    class: 'unavailable',
    message: 'CosyVoice, or a proxy in front of it, rejected our credentials',
    hint: 'The task waits and resumes by itself. For the operator: add the required credentials to COSYVOICE_HEADERS.',
    givenUpAs: 'cosyvoice_refused',
  },
  cosyvoice_lost: {
    status: 500,
    class: 'transient',
    message: 'The connection to CosyVoice was lost while it spoke',
    hint: 'Retry it; finished sentences are kept. For the operator: check the log of CosyVoice around this time.',
  },
  cosyvoice_stalled: {
    status: 500,
    class: 'transient',
    message: 'CosyVoice did not finish a sentence in time',
    hint: 'Retry it; finished sentences are kept. For the operator: check the log of CosyVoice and restart it; COSYVOICE_SENTENCE_SECONDS sets the limit for one sentence.',
    holdsWords: true,
  },
  cosyvoice_sentence_failed: {
    status: 500,
    class: 'permanent',
    message: 'CosyVoice cannot speak a sentence of the script',
    hint: 'The message names the sentence and the answer of CosyVoice; a retry resumes at this sentence. For the operator: check the log of CosyVoice.',
    holdsWords: true,
  },
  cosyvoice_prompt_broken: {
    status: 500,
    class: 'permanent',
    message:
      'This CosyVoice server cuts off every answer to a request with a reference recording before the first sound',
    hint: 'For the operator: this is a fault of the server.py from December 2025 and later; use an older version or correct it (docs/cosyvoice.md). With a v3 model, also set COSYVOICE_DIALECT=v3.',
  },
  cosyvoice_refused: {
    status: 422,
    class: 'permanent',
    message: 'CosyVoice refused the request',
    hint: 'The message says why. For the operator: if the kind of server was detected wrongly, set COSYVOICE_DIALECT.',
    holdsWords: true,
  },
  cosyvoice_unsupported: {
    status: 422,
    class: 'permanent',
    message: 'This CosyVoice server cannot speak in this voice and mode',
    hint: 'The message says what is missing; the table in docs/cosyvoice.md shows what each model supports.',
  },
  speech_failed: {
    status: 500,
    class: 'transient',
    message: 'The spoken sentences could not be joined into one file',
    hint: 'Retry it. For the operator: check the free disk space under ASSET_PATH, and `worker.log`.',
  },
} as const satisfies Record<string, CatalogueEntry>;
