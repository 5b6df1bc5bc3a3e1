/**
 * Runs several set-up steps in parallel. If one fails, the signal aborts the others, and all have ended before its
 * error is thrown, so that nothing continues unnoticed.
 */
export async function allOrAbort<const T extends readonly ((signal: AbortSignal) => Promise<unknown>)[]>(
  steps: T,
  signal: AbortSignal | undefined,
): Promise<{ -readonly [K in keyof T]: Awaited<ReturnType<T[K]>> }> {
  const failing = new AbortController();
  const both = AbortSignal.any([failing.signal, ...(signal === undefined ? [] : [signal])]);
  let first: { error: unknown } | undefined;
  const results = await Promise.all(
    steps.map((step) =>
      step(both).catch((error: unknown) => {
        first ??= { error };
        failing.abort();
      }),
    ),
  );
  if (first !== undefined) throw first.error;
  return results as { -readonly [K in keyof T]: Awaited<ReturnType<T[K]>> };
}
