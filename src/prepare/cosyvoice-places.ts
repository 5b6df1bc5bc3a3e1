import type { FindFilePlaces } from '../sources/file-places.ts';

/** The files of a `cosyvoice` payload: the recording of a voice. */
export const cosyvoicePlaces: FindFilePlaces = (payload) => {
  const { prompt_wav_path: value } = payload as Record<string, unknown>;
  return Promise.resolve(
    typeof value === 'string' ? [{ path: ['prompt_wav_path'], value, accepts: ['audio', 'video'] }] : [],
  );
};
