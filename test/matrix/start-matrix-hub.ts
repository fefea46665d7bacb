import gateway from '@signalbox/gateway';
import mcp from '@signalbox/mcp';
import { defineExtension, type UpstreamRegistry, upstreamRegistry } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { z } from 'zod';
import { spokenWays } from '../../apps/signalbox/src/reference/compatibility.ts';
import { type RunningUpstream, startUpstream } from './upstream/start-upstream.ts';

/** A hub with a scripted upstream of every version over every transport. */
export interface MatrixHub {
  readonly hub: TestHub;
  readonly upstreams: readonly RunningUpstream[];
  readonly registry: UpstreamRegistry;
  readonly stop: () => Promise<void>;
}

/** Starts it; resolves when every upstream has said what it is. */
export async function startMatrixHub(): Promise<MatrixHub> {
  const upstreams = await Promise.all(spokenWays.map(startUpstream));
  const definitions = upstreams.map(({ name, definition }) => [name, definition] as const);
  const reader = makeReader();
  const hub = await startTestHub({
    extensions: [storeSqlite, gateway, mcp, reader.extension],
    settings: {
      http: { port: 0, maxConnectionsPerAddress: 10_000 },
      limits: { callsPerSecond: 100_000, callBurst: 100_000, pageSize: 1_000, outputSchemas: 'enforce' },
      gateway: { upstreams: Object.fromEntries(definitions) },
    },
  });
  const registry = reader.registry();
  await registry.settled(new AbortController().signal);
  const stop = async (): Promise<void> => {
    await hub.stop();
    for (const upstream of upstreams) upstream.stop();
  };
  return { hub, upstreams, registry, stop };
}

/** An extension that lends the registry of upstreams to the test. */
function makeReader() {
  let found: UpstreamRegistry | undefined;
  const extension = defineExtension({
    name: 'reader',
    config: z.strictObject({}),
    needs: [upstreamRegistry],
    setup: ({ use }) => {
      found = use(upstreamRegistry);
    },
  });
  const registry = (): UpstreamRegistry => {
    if (!found) throw new Error('the hub has no upstreams');
    return found;
  };
  return { extension, registry };
}
