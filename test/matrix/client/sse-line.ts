import { toText } from '../message.ts';
import { addressOf, keyHeader, type Line, type Place, type Take } from './line.ts';
import { readEvents } from './read-events.ts';

/** HTTP+SSE: one event stream, and POSTs to the address it names (2024-11-05, basic/transports, "HTTP with SSE"). */
export async function openSseLine(place: Place, take: Take): Promise<Line> {
  const gone = new AbortController();
  const address = addressOf(place, 'sse');
  const stream = await fetch(address, {
    headers: { ...keyHeader(place), accept: 'text/event-stream' },
    signal: gone.signal,
  });
  const events = readEvents(stream);
  const { value: first } = await events.next();
  if (first?.name !== 'endpoint') throw new Error(`the stream began with ${JSON.stringify(first)}`);
  const endpoint = new URL(first.data, address);
  const read = takeAll(events, take);
  return {
    send: async (...messages) => {
      const headers = { ...keyHeader(place), 'content-type': 'application/json' };
      const response = await fetch(endpoint, { method: 'POST', headers, body: toText(messages) });
      const said = await response.text();
      if (response.status !== 202) throw new Error(`${response.status}: ${said}`);
    },
    close: async () => {
      gone.abort();
      await read;
    },
  };
}

/** Takes the messages of a stream until it ends or is left. */
export async function takeAll(events: ReturnType<typeof readEvents>, take: Take): Promise<void> {
  try {
    for await (const { data } of events) take(data);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
  }
}
