import type { Listener, ListenFilter } from '../listen/listen-router.ts';
import { principalKey } from '../serve/principal-key.ts';
import type { LegacyPeer, Send } from './legacy-peer.ts';
import type { LegacyPlace } from './legacy-place.ts';

/** What a legacy client hears of: every change of its view, the resources it subscribed to, and the tasks it made. */
export function legacyListener(placeOf: () => LegacyPlace, peer: LegacyPeer, send: Send): Listener {
  const { view, principal } = placeOf();
  const filter: ListenFilter = {
    view,
    viewer: placeOf,
    tools: true,
    prompts: true,
    resources: true,
    resourceUris: peer.subscriptions,
    taskIds: peer.taskIds,
  };
  return {
    filter,
    tasks: { owner: principalKey(principal), era: 'legacy' },
    notify: (notification) => send(notification.plain),
  };
}
