import { type HeadlessBrowser, openBrowser, RenderInternals } from '@remotion/renderer';

/** How every browser of ours is opened. */
export const BROWSER = { chromiumOptions: {}, chromeMode: 'headless-shell', logLevel: 'error' } as const;

/** What Remotion always says, and Chromium takes for a wish to do without its sandbox. */
const UNSANDBOXED: ReadonlySet<string> = new Set(['--no-sandbox', '--disable-setuid-sandbox', '--no-zygote']);
/** The page has one origin and no need of others: their names mean nothing to this browser, and neither do addresses. */
const NOWHERE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost';

/** Remotion's arguments of a browser as we want them. */
export const browserArguments = (args: readonly string[], isSandboxed: boolean): string[] => [
  ...args.filter((arg) => !isSandboxed || !UNSANDBOXED.has(arg)),
  NOWHERE,
];

/**
 * Opens the browser, and has Remotion open any later one of this process in the same way: its own options reach neither the sandbox
 * nor the resolver.
 */
export function openFilmBrowser(browserExecutable: string, isSandboxed: boolean): Promise<HeadlessBrowser> {
  const kind = RenderInternals.HeadlessBrowser;
  const create = kind.create.bind(kind);
  kind.create = (options) => create({ ...options, args: browserArguments(options.args, isSandboxed) });
  return openBrowser('chrome', { ...BROWSER, browserExecutable });
}
