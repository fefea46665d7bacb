import type { ViewName } from '@signalbox/sdk';
import type { TestHub } from '@signalbox/testkit';
import type { Message } from '../message.ts';

/** Where a client comes in: a whole hub, or one upstream of it. */
export interface Place {
  readonly hub: TestHub;
  readonly view: ViewName;
}

/** How a client's messages travel. */
export interface Line {
  /** Puts messages on the wire, more than one as a batch; resolves when they were taken. */
  readonly send: (...messages: readonly Message[]) => Promise<void>;
  /** Opens the stream on which the hub speaks unasked, where that is a stream of its own. */
  readonly openStream?: () => Promise<void>;
  /** Goes away; resolves when the hub has let go. */
  readonly close: () => Promise<void>;
}

/** Told of each text that comes: a message, or a batch. */
export type Take = (text: string) => void;

/** The address of a place, with the last part of its path. */
export function addressOf({ hub, view }: Place, leaf: 'mcp' | 'sse'): URL {
  const base = view === 'all' ? '' : `/u/${view.slice('upstream:'.length)}`;
  return new URL(`${base}/${leaf}`, hub.url);
}

/** The header with the owner's key. */
export function keyHeader({ hub }: Place): { readonly authorization: string } {
  return { authorization: `Bearer ${hub.key}` };
}
