import { type Message, toText } from '../message.ts';
import { addressOf, keyHeader, type Line, type Place, type Take } from './line.ts';
import { readEvents } from './read-events.ts';
import { takeAll } from './sse-line.ts';

/** The headers a version wants with a message; with none, those of a GET. */
export type HeadersOf = (message?: Message) => { readonly [name: string]: string };

interface Init {
  readonly method: 'GET' | 'POST';
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
}

/** Streamable HTTP: a POST for each message, answered as JSON or a stream; a session where the hub gives one. */
export async function openHttpLine(place: Place, take: Take, headersOf: HeadersOf): Promise<Line> {
  const url = addressOf(place, 'mcp');
  const gone = new AbortController();
  const reading = new Set<Promise<void>>();
  let session: string | undefined;
  const fetchWith = (init: Init, message?: Message): Promise<Response> => {
    const own = session === undefined ? {} : { 'mcp-session-id': session };
    const headers = { ...keyHeader(place), ...own, ...headersOf(message), ...init.headers };
    return fetch(url, { ...init, headers, signal: gone.signal });
  };
  const follow = (response: Response): void => {
    const read = takeAll(readEvents(response), take).finally(() => reading.delete(read));
    reading.add(read);
  };
  return {
    send: async (...messages) => {
      const headers = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
      const response = await fetchWith({ method: 'POST', headers, body: toText(messages) }, messages[0]);
      session ??= response.headers.get('mcp-session-id') ?? undefined;
      if (response.headers.get('content-type') === 'text/event-stream') return follow(response);
      const text = await response.text();
      if (text !== '') take(text);
    },
    openStream: async () => {
      const response = await fetchWith({ method: 'GET', headers: { accept: 'text/event-stream' } });
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
      follow(response);
    },
    close: async () => {
      gone.abort();
      await Promise.all(reading);
    },
  };
}
