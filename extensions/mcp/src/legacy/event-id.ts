import { SignalboxError } from '@signalbox/sdk';

/** What an event id names: the hub that keeps the stream, the stream, and the event's number on it. */
export interface EventId {
  readonly node: string;
  readonly stream: string;
  readonly number: number;
}

/** An event id as text: `NODE.STREAM-NUMBER`. */
export function encodeEventId({ node, stream, number }: EventId): string {
  return `${node}.${stream}-${number}`;
}

/** Reads the id a client came back with. Errors: `invalid_request` for one of another hub, and for what is none. */
export function readEventId(text: string, ownNode: string): EventId {
  const match = /^([A-Za-z0-9_-]{1,22})\.([A-Za-z0-9]{1,16})-(\d{1,15})$/.exec(text);
  const [, node, stream, number] = match ?? [];
  if (node === undefined || stream === undefined)
    throw new SignalboxError('invalid_request', 'this Last-Event-ID is none that a hub gave out');
  if (node !== ownNode) {
    throw new SignalboxError(
      'invalid_request',
      'this Last-Event-ID belongs to a stream of another hub, or of this one before it was restarted; send the request again',
    );
  }
  return { node, stream, number: Number(number) };
}
