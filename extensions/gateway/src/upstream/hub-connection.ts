import type { UpstreamLogLine } from '@signalbox/sdk';
import type { HubAccount } from '../accounts/account-use.ts';
import type { Connection, ConnectionEvents } from '../peer/connection.ts';
import { untilAborted } from '../wire/abort-error.ts';
import type { Listing } from './listing.ts';
import type { LogRing } from './log-ring.ts';
import type { UpstreamParts } from './upstream-parts.ts';

/** What the hub's own connection to an upstream is made of. */
export interface HubConnectionParts
  extends Pick<UpstreamParts, 'clock' | 'connect' | 'metrics' | 'onResourceUpdated'> {
  readonly listing: Listing;
  readonly logs: LogRing;
  readonly note: (text: string) => void;
  /** Aborts when the upstream is withdrawn. */
  readonly stopping: AbortSignal;
  /** The resources that are watched there. */
  readonly watchedUris: () => readonly string[];
  /** Told as soon as there is a connection, before anything is read over it. */
  readonly onConnected: (connection: Connection, over: HubAccount | undefined) => void;
}

/** One whole attempt: connect, listen, list. Nothing is left open when a step fails. */
export async function openHubConnection(
  parts: HubConnectionParts,
  signal: AbortSignal,
  onLost: ConnectionEvents['onLost'],
  over: HubAccount | undefined,
): Promise<Connection> {
  const { clock, connect, metrics, listing, logs, note } = parts;
  const startedAt = clock.now();
  let connection: Connection | undefined;
  let isGivenUp = false;
  const events: ConnectionEvents = {
    // Another attempt may be under way by then, over another account.
    onLost: (error) => {
      if (!isGivenUp) onLost(error);
    },
    note,
    onResourceUpdated: (uri) => {
      // What one person may see there is nobody else's news.
      if (!over?.isPersonal) parts.onResourceUpdated(uri, undefined);
    },
    onListChanged: (kinds) => connection && listing.refreshSoon(connection, kinds, parts.stopping),
  };
  const addLogLine = (from: UpstreamLogLine['from'], text: string): void => logs.add(from, text);
  try {
    connection = await connect({ events, addLogLine, signal, signer: over?.signer });
    parts.onConnected(connection, over);
    // First the ear, then the look: what changes in between is not missed.
    await untilAborted(connection.listen(over?.isPersonal ? [] : parts.watchedUris()), signal);
    await listing.readAll(connection, signal);
    await over?.confirm?.();
  } catch (error) {
    isGivenUp = true;
    await connection?.close(0);
    throw error;
  }
  metrics.connect.observe(clock.now() - startedAt);
  return connection;
}
