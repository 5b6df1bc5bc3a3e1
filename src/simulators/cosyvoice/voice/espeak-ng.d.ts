declare module '@echogarden/espeak-ng-emscripten' {
  interface Worker {
    set_voice(name: string): number;
    set_pitch(pitch: number): void;
    set_rate(wordsPerMinute: number): void;
    synthesize(text: string, onAudio: (samples: Int16Array | null, events: unknown[]) => number): void;
  }

  interface EspeakModule {
    HEAPU8: Uint8Array;
    eSpeakNGWorker: new () => Worker;
  }

  const load: () => Promise<EspeakModule>;
  export default load;
}
