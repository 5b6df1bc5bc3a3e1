import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { createComfyuiDriver } from '../../../../src/drivers/comfyui/driver.ts';
import { QUICK, blank, comfyuiRig, inputOf, paint } from '../rig.ts';

const one = (signal = new AbortController().signal) => ({ signal });

test('A ComfyUI that is not there is unavailable at once, in the documented words', async () => {
  const rig = await comfyuiRig();
  await rig.simulator.crash();
  const run = await rig.start('task', inputOf(blank()));
  const error = await run.result.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'comfyui_unavailable', entry: { class: 'unavailable' } });
  expect(String(error)).toContain('Connection refused: ComfyUI does not answer');
  expect(await rig.driver.check()).toMatchObject({ up: false, code: 'comfyui_unavailable' });
});

test('An error of a proxy means unavailable before the work, and is tolerated for a while after it', async () => {
  const rig = await comfyuiRig();
  rig.simulator.setFaults({ badGateway: true });
  await expect((await rig.start('task', inputOf(paint(40)))).result).rejects.toMatchObject({
    code: 'comfyui_unavailable',
  });
  rig.simulator.clearFaults();
  const run = await rig.start('task', inputOf(paint(40)), 2);
  await run.reaches('KSampler');
  rig.simulator.setFaults({ badGateway: true });
  setTimeout(() => rig.simulator.clearFaults(), 300);
  await run.result;
  expect(rig.simulator.stats().submissions).toHaveLength(1);
});

test('If ComfyUI dies with our work, the work is lost, and the next attempt finds it unavailable', async () => {
  const rig = await comfyuiRig();
  const run = await rig.start('task', inputOf(paint(1000)));
  await run.reaches('KSampler');
  await rig.simulator.crash();
  await expect(run.result).rejects.toMatchObject({ code: 'comfyui_lost', entry: { class: 'transient' } });
  const next = await rig.start('task', inputOf(paint(1000)), 2);
  await expect(next.result).rejects.toMatchObject({ code: 'comfyui_unavailable' });
});

test('A restart of ComfyUI between two polls is noticed', async () => {
  const rig = await comfyuiRig();
  const run = await rig.start('task', inputOf(paint(1000)));
  await run.reaches('KSampler');
  await rig.simulator.restart();
  await expect(run.result).rejects.toMatchObject({ code: 'comfyui_lost' });
});

test.each(['silent', 'halfOpen'] as const)(
  'A socket that is %s costs at most the time between two polls',
  async (fault) => {
    const rig = await comfyuiRig();
    rig.simulator.setFaults({ [fault]: true });
    const run = await rig.start('task', inputOf(paint(30)));
    await run.result;
    expect(run.phases).toEqual(['queued', 'running', 'fetching']);
  },
);

test('A socket that is cut is opened again and reports progress again', async () => {
  const rig = await comfyuiRig();
  const run = await rig.start('task', inputOf(paint(150)));
  await run.reaches('KSampler');
  rig.simulator.dropSockets();
  await run.result;
  const steps = run.progress.map(({ text }) => Number(/^KSampler (\d+)/.exec(text)?.[1] ?? 0));
  expect(Math.max(...steps)).toBeGreaterThan(120);
});

test('A socket that another one with the same id has silenced is opened again and works', async () => {
  const rig = await comfyuiRig({ timings: { socketSilence: 300 } });
  const job = await rig.job('task', inputOf(paint(200)));
  const run = await rig.start('task', job.input);
  await run.reaches('KSampler');
  const other = new WebSocket(`${rig.simulator.url.replace('http', 'ws')}/ws?clientId=${job.promptId}`);
  await once(other, 'open');
  other.close();
  await once(other, 'close');
  await run.result;
  const steps = run.progress.map(({ text }) => Number(/^KSampler (\d+)/.exec(text)?.[1] ?? 0));
  expect(Math.max(...steps)).toBeGreaterThan(150);
});

test('No socket is left open after a run', async () => {
  const rig = await comfyuiRig();
  await (
    await rig.start('task', inputOf(blank()))
  ).result;
  await expect.poll(() => rig.simulator.openSockets()).toBe(0);
});

test.each(['0.3.64', 'newest'] as const)('A server of version %s does the same', async (version) => {
  const rig = await comfyuiRig({ simulator: { version } });
  const { promptId } = await (await rig.start('task', inputOf(paint(5)))).result;
  expect(rig.simulator.stats().executions).toEqual({ [promptId]: 1 });
  const running = await rig.start('running', inputOf(paint(10_000)));
  await running.reaches('KSampler');
  const waiting = await rig.start('waiting', inputOf(paint(10_000, 2)));
  await waiting.reaches('waiting for an earlier task on ComfyUI');
  running.cancel();
  await expect(running.result).rejects.toThrow('cancelled');
  await waiting.reaches('KSampler');
  waiting.leave();
  await expect(waiting.result).rejects.toThrow('shut down');
  const next = await rig.start('waiting', inputOf(paint(10_000, 2)), 2);
  await next.reaches('running');
  next.cancel();
  await expect(next.result).rejects.toThrow('cancelled');
  expect(rig.simulator.stats().submissions.map(({ outcome }) => outcome)).toEqual([
    'success',
    'interrupted',
    'interrupted',
  ]);
  expect(rig.simulator.stats().interrupts.bare).toBe(0);
});

test('An input file is uploaded once into a folder of the attempt, and its name is what ComfyUI answered', async () => {
  const rig = await comfyuiRig();
  const { files } = await (await rig.start('first', inputOf(blank()))).result;
  await writeFile(path.join(rig.assets, 'photo ä.png'), await readFile(files[0]?.file ?? ''));
  const graph = {
    a: { class_type: 'LoadImage', inputs: { image: '' } },
    b: { class_type: 'LoadImage', inputs: { image: '' } },
    save: { class_type: 'SaveImage', inputs: { filename_prefix: 'copy', images: ['a', 0] } },
    too: { class_type: 'SaveImage', inputs: { filename_prefix: 'copy', images: ['b', 0] } },
  };
  const uploads = ['a', 'b'].map((node) => ({ node, input: 'image', asset: 'photo ä.png', kind: 'image' as const }));
  const run = await rig.start('task', inputOf(graph, { uploads }));
  const made = await run.result;
  expect(run.phases[0]).toBe('uploading');
  expect(rig.simulator.stats().uploads).toBe(1);
  expect(made.files.map(({ file, width }) => [path.basename(file), width])).toEqual([
    ['copy_00001_.png', 64],
    ['copy_00002_.png', 64],
  ]);
});

test('An input file that is missing, or larger than ComfyUI accepts, fails for good', async () => {
  const rig = await comfyuiRig({ simulator: { maxUploadBytes: 20_000 } });
  await writeFile(path.join(rig.assets, 'big.png'), Buffer.alloc(30_000));
  const graph = {
    1: { class_type: 'LoadImage', inputs: { image: '' } },
    2: blank()['2'] ?? { class_type: '', inputs: {} },
  };
  const withFile = (asset: string) =>
    inputOf(graph, { uploads: [{ node: '1', input: 'image', asset, kind: 'image' }] });
  await expect((await rig.start('big', withFile('big.png'))).result).rejects.toMatchObject({
    code: 'comfyui_upload_too_large',
  });
  await expect((await rig.start('none', withFile('none.png'))).result).rejects.toMatchObject({ code: 'asset_missing' });
  await expect((await rig.start('out', withFile('../../etc/passwd'))).result).rejects.toMatchObject({
    code: 'asset_missing',
  });
  expect(rig.simulator.stats().submissions).toEqual([]);
});

test('The configured headers are on every request and the handshake of the socket, which needs them', async () => {
  const rig = await comfyuiRig();
  const seen = new Set<string>();
  const gate = createServer((request, response) => {
    seen.add(request.headers['x-key'] === 'open' ? 'with' : 'without');
    if (request.headers['x-key'] !== 'open') {
      response.writeHead(401).end();
      return;
    }
    const { method, url = '/' } = request;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = method === 'POST' ? { body: Buffer.concat(chunks) } : {};
      void fetch(`${rig.simulator.url}${url.replace(/^\/comfy/, '')}`, { method: method ?? 'GET', ...body }).then(
        async (answer) => response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer())),
      );
    });
  });
  const upgrades: unknown[] = [];
  gate.on('upgrade', (request, socket) => {
    upgrades.push([request.url?.split('?')[0], request.headers['x-key'], request.headers.authorization]);
    socket.destroy();
  });
  gate.listen(0, '127.0.0.1');
  await once(gate, 'listening');
  onTestFinished(() => void gate.close());
  onTestFinished(() => gate.closeAllConnections());
  const { port } = gate.address() as { port: number };
  const open = (headers: Record<string, string>) =>
    createComfyuiDriver({
      url: `http://me:secret@127.0.0.1:${port}/comfy/`,
      headers,
      assetRoot: rig.assets,
      logger: rig.lines.logger,
      timings: QUICK,
    });
  await open({ 'x-key': 'open' }).run(await rig.job('task', inputOf(blank())), one());
  expect([...seen]).toEqual(['with']);
  expect(upgrades[0]).toEqual(['/comfy/ws', 'open', `Basic ${Buffer.from('me:secret').toString('base64')}`]);
  const denied = open({}).run(await rig.job('denied', inputOf(blank())), one());
  await expect(denied).rejects.toMatchObject({ code: 'comfyui_denied', entry: { class: 'unavailable' } });
  expect(await open({}).check()).toMatchObject({ up: false, code: 'comfyui_denied' });
  expect(rig.lines.said.join('\n')).not.toContain('secret');
});
