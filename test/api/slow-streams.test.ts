import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEventWriter } from '../../src/api/events/event-writer.ts';
import { createOutbox, MOST_OUTGOING, type Outgoing } from '../../src/api/events/outbox.ts';
import { runStream } from '../../src/api/events/run-stream.ts';
import { createFakeFeed } from '../helpers/fake-feed.ts';
import { createLines } from '../helpers/lines.ts';

/** A client that takes one event, and the next one only when it is ready for it. */
function slowClient() {
  const taken: string[] = [];
  const response = Object.assign(new EventEmitter(), {
    destroyed: false,
    write(event: string | Buffer) {
      taken.push(String(event));
      return false;
    },
  });
  return { taken, response: response as unknown as ServerResponse, drain: () => response.emit('drain') };
}

const status = (taskId: string, id: string): Outgoing => ({ kind: 'status', taskId, id });

test('While a client does not take an event, newer statuses replace older ones, and their first id stays', async () => {
  const outbox = createOutbox();
  for (let at = 0; at < 5 * MOST_OUTGOING; at++) outbox.put(status(at % 2 === 0 ? 'a' : 'b', `${at}-0`));
  const note = { kind: 'note', taskId: 'a', event: 'file', data: '{}' } as const;
  for (const id of ['7-0', '8-0', '7-0']) outbox.put({ ...note, id });
  const pictures = [1, 2].map((at) => ({ kind: 'preview' as const, taskId: 'a', event: Buffer.from([at]) }));
  for (const picture of pictures) outbox.put(picture);
  const rest = [{ ...note, id: '7-0' }, { ...note, id: '8-0' }, pictures[1]];
  expect(Array.from({ length: 6 }, () => outbox.take())).toEqual([
    status('a', '0-0'),
    status('b', '1-0'),
    ...rest,
    undefined,
  ]);
  expect(await outbox.wait(1)).toBe(true);
});

test('Whatever changes come, a client that takes everything has an id after which it missed nothing', () => {
  const tasks = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 40 });
  fc.assert(
    fc.property(tasks, (steps) => {
      const outbox = createOutbox();
      /** The number of the last change of each task that the client has seen. */
      const seen = new Map<string, number>();
      let latest = new Map<string, number>();
      for (const [at, [taskId, takes]] of steps.entries()) {
        latest = new Map([...latest, [taskId, at]]);
        outbox.put(status(taskId, String(at)));
        const item = takes ? outbox.take() : undefined;
        if (item?.kind !== 'status') continue;
        seen.set(item.taskId, latest.get(item.taskId) ?? -1);
        // What changed up to this id is with the client.
        for (const [id, last] of latest) if (last <= Number(item.id)) expect(seen.get(id)).toBe(last);
      }
    }),
  );
});

test('The writer waits for a slow client, and not for one that has hung up', async () => {
  const client = slowClient();
  const send = createEventWriter(client.response);
  const sent = send('one');
  client.drain();
  await sent;
  const last = send('two');
  client.response.emit('close');
  await last;
  Object.assign(client.response, { destroyed: true });
  await send('three');
  expect(client.taken).toEqual(['one', 'two']);
});

test('A client that is too far behind is told to come back', async () => {
  const { feed, change, events } = createFakeFeed();
  const client = slowClient();
  const follows = once(events, 'follow');
  const source = {
    open: () => Promise.resolve(),
    onChange: ({ taskId, id }: { taskId: string; id: string }, outbox: ReturnType<typeof createOutbox>) =>
      outbox.put(status(taskId, id)),
    onIdle: () => undefined,
    deliver: () => Promise.resolve({ event: 'an event' }),
    close: () => undefined,
  };
  const deps = { feed, logger: createLines().logger, closed: new AbortController().signal, name: 'Events' };
  const over = runStream(deps, client.response, source);
  await follows;
  for (let at = 0; at <= MOST_OUTGOING; at++) change(`task ${at}`, { id: `${at}-0` });
  const drains = setInterval(client.drain, 1);
  await over;
  clearInterval(drains);
  expect(client.taken.at(-1)).toContain('event: bye');
  expect(client.taken.length).toBeLessThan(10);
});
