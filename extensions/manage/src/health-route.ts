import { getHealth, type HubHealth } from '@signalbox/api';
import {
  type Clock,
  type HealthPart,
  type HubInfo,
  type Routes,
  route,
  type UpstreamRegistry,
} from '@signalbox/sdk';

/** Serves how the hub and its parts are. */
export function provideHealthRoute(
  routes: Routes,
  { hub, upstreams, clock }: { hub: HubInfo; upstreams: UpstreamRegistry; clock: Clock },
): void {
  routes.provide(
    route({
      ...getHealth,
      handle: async () => {
        const parts = await hub.checkHealth();
        return healthOf(hub, parts, countStates(upstreams), clock.now());
      },
    }),
  );
}

function healthOf(
  hub: HubInfo,
  parts: readonly HealthPart[],
  upstreams: HubHealth['upstreams'],
  nowMs: number,
): HubHealth {
  const url = hub.url();
  return {
    status: worstOf(parts),
    version: hub.version,
    ...(url === undefined ? {} : { url }),
    pid: hub.pid,
    startedAt: hub.startedAt,
    uptimeMs: nowMs - hub.startedAt,
    dataDir: hub.dataDir,
    ...(hub.configPath === undefined ? {} : { configPath: hub.configPath }),
    parts: [...parts],
    upstreams,
  };
}

function worstOf(parts: readonly HealthPart[]): HubHealth['status'] {
  if (parts.some((part) => part.status === 'down')) return 'down';
  return parts.some((part) => part.status === 'degraded') ? 'degraded' : 'ok';
}

function countStates(upstreams: UpstreamRegistry): HubHealth['upstreams'] {
  const counts = { total: 0, available: 0, connecting: 0, unavailable: 0, disabled: 0 };
  for (const { state } of upstreams.list()) {
    counts.total += 1;
    counts[state] += 1;
  }
  return counts;
}
