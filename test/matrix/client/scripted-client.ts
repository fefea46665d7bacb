import type { JsonObject } from '@signalbox/sdk';
import type { SpokenVersion, SpokenWay } from '../../../apps/signalbox/src/reference/compatibility.ts';
import type { HeadersOf } from './http-line.ts';
import { openHttpLine } from './http-line.ts';
import { LegacyClient } from './legacy-client.ts';
import type { Line, Place, Take } from './line.ts';
import { ModernClient } from './modern-client.ts';
import { openSseLine } from './sse-line.ts';
import { openStdioLine } from './stdio-line.ts';
import { openWebSocketLine } from './websocket-line.ts';

/** A client whose messages are written by hand, exactly as its version has them. */
export interface ScriptedClient {
  readonly spoken: SpokenVersion;
  /** Makes a request; answers what it is asked meanwhile. Rejects with an RpcFailure. */
  readonly request: (method: string, params?: JsonObject) => Promise<JsonObject>;
  /** The parameters of every notification of a method so far. */
  readonly notes: (method: string) => JsonObject[];
  /** Resolves when there are more notifications of a method than so many. */
  readonly moreThan: (count: number, method: string) => Promise<void>;
  /** Makes several requests at once, as one batch; for the one version that has them. */
  readonly batch?: (requests: readonly { method: string; params: JsonObject }[]) => Promise<JsonObject[]>;
  readonly close: () => Promise<void>;
}

/** Opens the line of a transport. */
export type OpenLine = (take: Take, headersOf: HeadersOf) => Promise<Line>;

/** Connects a client of one version over one transport; asked for a name, it says `name`. */
export function connectClient(
  { spoken, transport }: SpokenWay,
  place: Place,
  name: string,
): Promise<ScriptedClient> {
  const open: OpenLine = (take, headersOf) => {
    switch (transport) {
      case 'stdio':
        return openStdioLine(place, take);
      case 'http':
        return openHttpLine(place, take, headersOf);
      case 'sse':
        return openSseLine(place, take);
      case 'websocket':
        return openWebSocketLine(place, take);
      default:
        return transport satisfies never;
    }
  };
  return spoken.era === 'modern'
    ? ModernClient.connect(spoken, open, name)
    : LegacyClient.connect(spoken, open, name);
}
