import { type HeadlessBrowser, openBrowser, RenderInternals } from '@remotion/renderer';

/** The options of every browser that the driver opens. */
export const BROWSER = { chromiumOptions: {}, chromeMode: 'headless-shell', logLevel: 'error' } as const;

/** Arguments that Remotion always passes and that turn off Chromium's sandbox. */
const UNSANDBOXED: ReadonlySet<string> = new Set(['--no-sandbox', '--disable-setuid-sandbox', '--no-zygote']);
/** The page needs only its own origin, so the browser can resolve no other name and reach no other address. */
const NOWHERE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost';

/** The arguments of a browser: Remotion's, but with the sandbox and without name resolution. */
export const browserArguments = (args: readonly string[], isSandboxed: boolean): string[] => [
  ...args.filter((arg) => !isSandboxed || !UNSANDBOXED.has(arg)),
  NOWHERE,
];

/**
 * Opens the browser, and makes Remotion open any later browser of this process in the same way. Remotion's own options
 * cannot set the sandbox or the resolver.
 */
export function openFilmBrowser(browserExecutable: string, isSandboxed: boolean): Promise<HeadlessBrowser> {
  const kind = RenderInternals.HeadlessBrowser;
  const create = kind.create.bind(kind);
  kind.create = (options) => create({ ...options, args: browserArguments(options.args, isSandboxed) });
  return openBrowser('chrome', { ...BROWSER, browserExecutable });
}
