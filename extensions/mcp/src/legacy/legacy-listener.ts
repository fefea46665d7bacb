import type { Listener, ListenFilter } from '../listen/listen-router.ts';
import type { LegacyPeer, SendAside } from './legacy-peer.ts';
import type { LegacyPlace } from './legacy-place.ts';

/** What a legacy client hears of: every change of its view, the resources it subscribed to, and the tasks it made. */
export function legacyListener(placeOf: () => LegacyPlace, peer: LegacyPeer, send: SendAside): Listener {
  const { view } = placeOf();
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
    era: 'legacy',
    notify: (notification, whose) => send(notification.plain, whose),
  };
}
