import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest';
import { openFilmBrowser } from '../../../src/drivers/remotion/browser/open-browser.ts';
import { startFilmServer } from '../../../src/drivers/remotion/page/film-server.ts';
import { driverRig } from '../../helpers/driver-rig.ts';
import { listeningSockets, openToOthers, type ListeningSocket } from '../../helpers/listening-sockets.ts';
import { decodeFrames, makeClip, makePicture, RED } from '../../helpers/media.ts';
import { makeOddClip, numberOf, ODD_FRAMES } from '../../helpers/odd-media.ts';
import { poolFamilies, poolProcesses } from '../../helpers/pool-processes.ts';
import { scratchFolder } from '../../helpers/scratch.ts';

let rig: Awaited<ReturnType<typeof driverRig>>;
beforeAll(async () => {
  rig = await driverRig();
  await makePicture(path.join(rig.assets, 'red.png'), RED);
  await makePicture(path.join(rig.assets, 'unused.png'), RED);
  await makeClip(path.join(rig.assets, 'clip.mp4'), { colours: Array.from({ length: 30 }, () => RED) });
});
afterAll(() => rig.remove());

/** What a program of this machine is answered, whatever it calls the server. */
const statusOf = (port: number, url: string, host: string): Promise<number> =>
  new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, path: url, headers: { Host: host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    // Gone with its child.
    sent.on('error', () => resolve(0));
    sent.end();
  });

const isServer = (socket: ListeningSocket): boolean => socket.program.includes('pool-child');

test('While a film is drawn, everything listens on loopback, and the page’s server serves only the page', async () => {
  const seen: ListeningSocket[] = [];
  const answers = new Set<number>();
  const looks: Promise<void>[] = [];
  const look = async (): Promise<void> => {
    const sockets = listeningSockets([process.pid, ...poolProcesses(rig.cacheDir)]);
    seen.push(...sockets);
    for (const { port } of sockets.filter(isServer))
      for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, 'evil.example', `x.localhost:${port}`])
        for (const url of [
          '/index.html',
          '/public/assets/unused.png',
          '/public/assets/red.png',
          '/proxy',
          '/proxy?src=http://127.0.0.1:9/&time=0&transparent=false&toneMapped=false',
          '/json/version',
        ])
          answers.add(await statusOf(port, url, host));
  };
  const timer = setInterval(() => looks.push(look()), 100);
  const job = await rig.job({
    width: 320,
    height: 240,
    durationInFrames: 120,
    clips: [
      { type: 'image', src: 'red.png', motion: 'zoom-in' },
      { type: 'video', src: 'clip.mp4', startFrame: 60, durationInFrames: 30, layer: 1 },
    ],
  });
  await rig.driver.render(job, { signal: AbortSignal.timeout(120_000), onProgress: () => undefined });
  clearInterval(timer);
  await Promise.all(looks);
  expect(seen.filter(isServer).length).toBeGreaterThan(3);
  expect(openToOthers(seen)).toEqual([]);
  answers.delete(0);
  expect([...answers]).toEqual([403]);
  expect(poolFamilies(rig.cacheDir).length).toBeGreaterThan(0);
  expect(rig.log.filter((line) => line.includes('browser'))).toEqual([]);
});

test('A film that the browser does not decode is drawn picture by picture, from its file alone', async () => {
  const file = await makeOddClip(rig.assets, 'plain.mp4');
  // The container's word for the profile is one that no browser plays; ffmpeg goes by the stream.
  const bytes = await readFile(file);
  bytes[bytes.indexOf('avcC') + 5] = 44;
  await writeFile(file, bytes);
  const { file: drawn } = await rig.render({
    width: 64,
    height: 48,
    durationInFrames: ODD_FRAMES,
    clips: [{ type: 'video', src: 'plain.mp4' }],
  });
  const film = await decodeFrames(drawn, 64, 48);
  const numbers = film.frames.map((_, frame) => numberOf((x, y) => film.pixel(frame, x, y)));
  expect(numbers).toEqual(Array.from({ length: ODD_FRAMES }, (_, number) => number));
  const programs = poolProcesses(rig.cacheDir).map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
  expect(programs.filter((line) => line.includes('StartLongRunningProcess'))).not.toEqual([]);
});

test('A page of ours reaches its own files and nothing else of this machine or any other', async () => {
  const asked: string[] = [];
  const stranger = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end('GIF89a');
  });
  stranger.listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  const { port } = stranger.address() as AddressInfo;
  const folder = await scratchFolder();
  const server = await startFilmServer(() => Promise.reject(new Error('none')));
  const elsewhere = [`http://127.0.0.1:${port}`, `http://localhost:${port}`, `http://other.localhost:${port}`];
  const page = `<!doctype html><title>page</title>
    <style>${elsewhere.map((one, n) => `#a${n} { background: url(${one}/css) } @font-face { font-family: f${n}; src: url(${one}/font) }`).join('')}</style>
    ${elsewhere.map((one, n) => `<p id="a${n}" style="font-family: f${n}">x<img src="${one}/img"><video src="${one}/video"></video><iframe src="${one}/frame"></iframe><link rel="stylesheet" href="${one}/link"><link rel="preload" as="image" href="${one}/preload"><script src="${one}/script"></script><object data="${one}/object"></object>`).join('')}
    <script>
      const urls = ${JSON.stringify(elsewhere)};
      const tries = urls.flatMap((one) => [fetch(one + '/fetch'), fetch(one + '/nocors', { mode: 'no-cors' }), import(one + '/module')]);
      for (const one of urls) { navigator.sendBeacon(one + '/beacon'); try { new WebSocket(one.replace('http', 'ws') + '/ws'); new EventSource(one + '/events'); } catch {} }
      const own = fetch('/own.txt').then((answer) => answer.text());
      window.done = Promise.all([own, Promise.allSettled(tries)]).then(([text, all]) => text + ' ' + all.filter(({ status }) => status === 'fulfilled').length);
    </script>`;
  await Promise.all([writeFile(path.join(folder, 'page.html'), page), writeFile(path.join(folder, 'own.txt'), 'own')]);
  server.serve(
    new Map([
      ['/index.html', path.join(folder, 'page.html')],
      ['/own.txt', path.join(folder, 'own.txt')],
    ]),
  );
  // The browser tells of each refusal.
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const browser = await openFilmBrowser(inject('chromiumExecutable'), false);
  onTestFinished(async () => {
    complaints.mockRestore();
    await browser.close({ silent: true });
    await server.close();
    stranger.closeAllConnections();
    stranger.close();
  });
  const tab = await browser.newPage({
    context: () => null,
    logLevel: 'error',
    indent: false,
    pageIndex: 0,
    onBrowserLog: () => undefined,
    onLog: () => undefined,
  });
  await tab.goto({ url: `${server.origin}/index.html`, timeout: 30_000 });
  const outcome = await tab.mainFrame().evaluate('window.done');
  expect(outcome).toBe('own 0');
  expect(asked).toEqual([]);
});
