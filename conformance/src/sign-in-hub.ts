import auth from '@signalbox/auth';
import credentials from '@signalbox/credentials';
import directory from '@signalbox/directory';
import gateway from '@signalbox/gateway';
import mcp from '@signalbox/mcp';
import type { JsonObject } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import vault from '@signalbox/vault';

/** A real hub that keeps accounts, in front of one upstream `suite`. */
export function startSignInHub(suite: JsonObject): Promise<TestHub> {
  return startTestHub({
    extensions: [storeSqlite, directory, auth, vault, credentials, gateway, mcp],
    settings: {
      http: { port: 0 },
      limits: { callsPerSecond: 100_000, callBurst: 100_000 },
      log: { level: 'warn', format: 'json' },
      // The suite takes one address for the document of every client; nothing has to be there.
      credentials: {
        allowPrivate: ['localhost', '127.0.0.1'],
        clientMetadataUrl: 'https://conformance-test.local/client-metadata.json',
      },
      gateway: { upstreams: { suite } },
    },
  });
}
