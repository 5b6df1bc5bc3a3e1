const LIMIT_MS = 1500;

export interface EngineAnswer {
  name: string;
  url: string;
  answers: boolean;
}

/** Whether the engines answer HTTP at all. */
export function askEngines(urls: { comfyuiUrl: string; cosyvoiceUrl: string }): Promise<EngineAnswer[]> {
  const engines = [
    { name: 'ComfyUI', url: urls.comfyuiUrl },
    { name: 'CosyVoice', url: urls.cosyvoiceUrl },
  ];
  return Promise.all(
    engines.map(async (engine) => ({
      ...engine,
      answers: await fetch(engine.url, { signal: AbortSignal.timeout(LIMIT_MS), redirect: 'manual' }).then(
        () => true,
        () => false,
      ),
    })),
  );
}
