import approvals from '@signalbox/approvals';
import auth from '@signalbox/auth';
import { type Client, createClient } from '@signalbox/client';
import credentials from '@signalbox/credentials';
import directoryExtension from '@signalbox/directory';
import engineEmbedded from '@signalbox/engine-embedded';
import gateway from '@signalbox/gateway';
import manage from '@signalbox/manage';
import mcp from '@signalbox/mcp';
import scheduler from '@signalbox/scheduler';
import { type Directory, directory, type JsonObject } from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import vault from '@signalbox/vault';
import webhooks from '@signalbox/webhooks';
import { makeProbe, type Probe } from './probe-extension.ts';

/** A real hub with the built-ins and the probe, and a client of its owner. */
export interface AppHub extends AsyncDisposable, Probe {
  readonly test: TestHub;
  readonly client: Client;
  readonly directory: Directory;
}

/** Starts it. */
export async function startAppHub(
  options: { settings?: JsonObject; noAuth?: boolean } = {},
): Promise<AppHub> {
  const probe = makeProbe();
  const test = await startTestHub({
    extensions: [
      storeSqlite,
      directoryExtension,
      auth,
      vault,
      credentials,
      approvals,
      engineEmbedded,
      scheduler,
      webhooks,
      gateway,
      mcp,
      manage,
      probe.extension,
    ],
    ...options,
  });
  const client = createClient({ url: test.url, key: test.key });
  return {
    ...probe,
    test,
    client,
    directory: test.hub.services.get(directory),
    [Symbol.asyncDispose]: test.stop,
  };
}
