import { rewrapSecretsKeys, rotateSecretsKey } from '@signalbox/api';
import {
  defineExtension,
  keyFiles,
  namedSecrets,
  organizationRemoved,
  route,
  secretVault,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { DataKeys } from './data-keys.ts';
import { NamedSecretBook } from './named/named-secret-book.ts';
import { provideSecretRoutes } from './named/secret-routes.ts';
import { findRootKeys } from './root-keys.ts';
import { makeSecretVault } from './secret-vault.ts';
import { vaultSettings } from './settings.ts';
import { vaultMigrations } from './vault-tables.ts';

/** Keeps secrets so that the store alone does not tell them. */
export const vault = defineExtension({
  name: 'vault',
  description: 'Encrypts secrets under keys of their organization, and those under one root key',
  config: vaultSettings,
  needs: [database, keyFiles],
  provides: [secretVault, namedSecrets],
  setup: async ({ config, clock, events, log, offer, routes, use }) => {
    const store = use(database);
    await store.migrate('vault', vaultMigrations);
    const keys = new DataKeys(store, findRootKeys(config, use(keyFiles), process.env), clock);
    const taken = await keys.rewrap();
    if (taken > 0) log.info('keys were taken over by the current root key', { keys: taken });
    const own = makeSecretVault(keys);
    offer(secretVault, own);
    const book = new NamedSecretBook(store, own, clock);
    offer(namedSecrets, book);
    provideSecretRoutes(routes, book);
    // Last of all: what is ended elsewhere has to be opened first.
    events.on(organizationRemoved, ({ org, step, waitFor }) => {
      waitFor(step === 'keys' ? keys.forget(org) : book.removeOrganization(org));
    });
    routes.provide(
      route({
        ...rotateSecretsKey,
        handle: async ({ principal }) => ({ keyId: await keys.rotate(principal.org) }),
      }),
    );
    routes.provide(route({ ...rewrapSecretsKeys, handle: async () => ({ keys: await keys.rewrap() }) }));
  },
});
