import mcp from '@signalbox/mcp';
import { type Clock, defineExtension, type Extension, type JsonObject, sealer } from '@signalbox/sdk';
import { database } from '@signalbox/store';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { z } from 'zod';
import auth from '../../src/index.ts';
import { KeyRing } from '../../src/keys/key-ring.ts';
import type { AuthTables } from '../../src/store/auth-tables.ts';
import { Clients } from '../../src/store/clients.ts';
import { IssuedTokens } from '../../src/store/issued-tokens.ts';
import { Revocations } from '../../src/store/revocations.ts';
import { makeTown, person, type TestPerson, type Town } from './memory-directory.ts';

/** A hub with sign-in, a directory in memory, and a client `client-test`. */
export interface AuthHub extends AsyncDisposable {
  readonly hub: TestHub;
  readonly url: string;
  readonly town: Town;
  readonly clients: Clients;
  /** Its signing keys, for tokens it could have signed itself. */
  readonly keys: KeyRing;
}

/** What a test changes about it. */
export interface AuthHubOptions {
  readonly people?: readonly TestPerson[];
  readonly settings?: JsonObject;
  readonly http?: JsonObject;
  readonly clock?: Clock;
  readonly store?: { readonly extension: Extension; readonly settings: JsonObject };
  readonly extensions?: readonly Extension[];
}

/** Starts one. */
export async function startAuthHub(options: AuthHubOptions = {}): Promise<AuthHub> {
  const { town, extension } = makeTown(...(options.people ?? [person('ada'), person('bob')]));
  let clients: Clients | undefined;
  let keys: KeyRing | undefined;
  const reach = defineExtension({
    name: 'reach',
    config: z.strictObject({}),
    needs: [database, sealer],
    setup: ({ use, clock, onReady }) => {
      const base = use(database);
      const store = { database: base, queries: base.queries<AuthTables>(), sealer: use(sealer), clock };
      const revocations = new Revocations(store, () => undefined);
      keys = new KeyRing(store, revocations);
      clients = new Clients(store, new IssuedTokens(store, revocations));
      onReady(() => addTestClient(clients));
    },
  });
  const hub = await startTestHub({
    extensions: [
      options.store?.extension ?? storeSqlite,
      extension,
      auth,
      mcp,
      reach,
      ...(options.extensions ?? []),
    ],
    settings: {
      http: { port: 0, ...options.http },
      // Tests ask for more tokens at once than anybody else.
      auth: { tokensPerSecond: 10_000, ...options.settings },
      ...options.store?.settings,
    },
    ...(options.clock ? { clock: options.clock } : {}),
  });
  if (!clients || !keys) throw new Error('the hub has started without its clients');
  return { hub, url: hub.url, town, clients, keys, [Symbol.asyncDispose]: hub.stop };
}

async function addTestClient(clients: Clients | undefined): Promise<void> {
  // On a store that is shared another node may have it.
  if (await clients?.find('client-test')) return;
  await clients?.add({
    id: 'client-test',
    org: 'local',
    name: 'Test client',
    origin: 'administrator',
    metadata: {
      client_name: 'Test client',
      redirect_uris: ['https://app.example/callback'],
      grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
  });
}
