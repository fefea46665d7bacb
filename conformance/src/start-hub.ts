import gateway from '@signalbox/gateway';
import mcp from '@signalbox/mcp';
import { type JsonObject, upstreamRegistry } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';

/** A real hub in front of these upstreams, open to everybody on this machine as the suite wants it, once all are available. */
export async function startHub(upstreams: JsonObject): Promise<TestHub> {
  const hub = await startTestHub({
    extensions: [storeSqlite, gateway, mcp],
    noAuth: true,
    settings: {
      http: { port: 0, noAuthLevel: 'trusted', maxConnectionsPerAddress: 10_000 },
      limits: { callsPerSecond: 100_000, callBurst: 100_000 },
      log: { level: 'warn', format: 'json' },
      // Soon, so that what takes long is streamed, and the client sent away and back.
      mcp: { streamAfterMs: 200, streamMaxMs: 400, retryMs: 100 },
      gateway: { upstreams },
    },
  });
  await hub.hub.services.get(upstreamRegistry).settled(AbortSignal.timeout(20_000));
  return hub;
}
