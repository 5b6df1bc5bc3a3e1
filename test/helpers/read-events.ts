/** An event as the standard reads it: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface ToldEvent {
  id?: string;
  event: string;
  data: Record<string, unknown>;
}

/** The events of a stream; comments and `retry` are left out. */
export async function* eventsOf(response: Response): AsyncGenerator<ToldEvent> {
  let text = '';
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const fields = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s, 2))) as Record<string, string>;
      const { id, event, data } = fields;
      if (event === undefined || data === undefined) continue;
      yield { ...(id === undefined ? {} : { id }), event, data: JSON.parse(data) as ToldEvent['data'] };
    }
  }
}

export async function nextEvent(events: AsyncGenerator<ToldEvent>): Promise<ToldEvent> {
  const { value, done } = await events.next();
  if (done === true) throw new Error('the stream has ended');
  return value;
}

export async function allEvents(response: Response): Promise<ToldEvent[]> {
  const told: ToldEvent[] = [];
  for await (const event of eventsOf(response)) told.push(event);
  return told;
}
