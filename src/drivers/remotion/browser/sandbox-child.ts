import { openFilmBrowser } from './open-browser.ts';

/**
 * Opens a page in a sandboxed browser and exits with 0 if that works. It is a separate process, because some failures
 * of Remotion end their process.
 */
const [browserExecutable = ''] = process.argv.slice(2);

const browser = await openFilmBrowser(browserExecutable, true);
const page = await browser.newPage({
  context: () => null,
  logLevel: 'error',
  indent: false,
  pageIndex: 0,
  onBrowserLog: () => undefined,
  onLog: () => undefined,
});
await page.goto({ url: 'data:text/html,<title>sandboxed</title>', timeout: 10_000 });
const title = await page.mainFrame().evaluate('document.title');
await browser.close({ silent: true });
process.exit(title === 'sandboxed' ? 0 : 1);
