import { isAtLeast } from '@signalbox/protocol';
import type { JsonObject } from '@signalbox/sdk';
import { clientName } from '../serve/client-name.ts';
import type { Caller } from '../serve/serve-request.ts';
import { legacyChannels } from './legacy-channels.ts';
import type { LegacyPlace, LegacyRunning } from './legacy-place.ts';

/** A legacy client as the gate knows it. */
export function legacyCaller(
  place: LegacyPlace,
  running: LegacyRunning,
  params: JsonObject,
): Caller & { readonly finishPages: () => void } {
  const { peer, signal } = running;
  const { channels, finishPages } = legacyChannels(running, params);
  return {
    ...place,
    signal,
    channels,
    finishPages,
    takesInputErrorsAsResults: isAtLeast(peer.client.version, '2025-11-25'),
    ...clientName(peer.client.info),
  };
}
