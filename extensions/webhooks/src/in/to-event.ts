import type { IncomingHttpHeaders } from 'node:http';
import type { EventInput, JsonValue } from '@signalbox/sdk';
import type { Incoming, Webhook } from '../webhook.ts';
import { textAt } from './read-payload.ts';
import { headerOf } from './schemes/signed-request.ts';

/** The event a request tells. Its id is one that is signed, so that nobody makes two of one by naming it anew. */
export function toEvent(
  { row, definition: { scheme, topic } }: Webhook<Incoming>,
  {
    headers,
    payload,
    signedId,
  }: {
    readonly headers: IncomingHttpHeaders;
    readonly payload: JsonValue;
    readonly signedId: string;
  },
): EventInput {
  const called = partOf(calledBy(scheme, headers, payload));
  return {
    topic: topic.replaceAll('{event}', called).slice(0, 200),
    source: `webhook ${row.id}`,
    id: ownId(scheme, payload) ?? signedId,
    payload,
  };
}

/** What the sender calls what has happened. */
function calledBy(
  scheme: Incoming['scheme'],
  headers: IncomingHttpHeaders,
  payload: JsonValue,
): string | undefined {
  switch (scheme) {
    case 'github':
      return headerOf(headers, 'x-github-event');
    case 'slack':
      return textAt(payload, 'event', 'type') ?? textAt(payload, 'type') ?? textAt(payload, 'command');
    case 'standard':
    case 'stripe':
      return textAt(payload, 'type');
    default:
      return scheme satisfies never;
  }
}

/** The id the sender gives an event in its body: it stays when the request is sent again at another time. */
function ownId(scheme: Incoming['scheme'], payload: JsonValue): string | undefined {
  if (scheme === 'slack') return textAt(payload, 'event_id');
  return scheme === 'stripe' ? textAt(payload, 'id') : undefined;
}

/** As parts of a topic. */
function partOf(text: string | undefined): string {
  const parts = (text ?? '').split('.').map((part) => part.replaceAll(/[^A-Za-z0-9_-]+/g, '_').slice(0, 60));
  const named = parts.filter((part) => part !== '').slice(0, 4);
  return named.length === 0 ? 'unknown' : named.join('.');
}
