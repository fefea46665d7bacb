import {
  auditRecorder,
  browserPages,
  defineExtension,
  directory,
  hubInfo,
  identityAssertions,
  secretVault,
  upstreamCredentials,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { AccountTrail } from './account/account-trail.ts';
import { Accounts } from './account/accounts.ts';
import { provideAccountRoutes } from './account-routes.ts';
import { followChanges } from './follow-changes.ts';
import { followDirectory, isActive } from './follow-directory.ts';
import { Links } from './login/links.ts';
import { loginMounts } from './login/login-mounts.ts';
import { callbackPath, clientDocumentPath } from './login/login-paths.ts';
import { credentialSettings } from './settings.ts';
import { AccountStore } from './store/account-store.ts';
import { ClientStore } from './store/client-store.ts';
import { credentialMigrations } from './store/credential-tables.ts';
import { LoginStore } from './store/login-store.ts';

const pruneEveryMs = 300_000;

/** Keeps what people and organizations are known by at upstreams, signs requests with it, and connects it. */
export const credentials = defineExtension({
  name: 'credentials',
  description: 'Accounts of people and organizations at upstreams that want OAuth',
  config: credentialSettings,
  needs: [database, secretVault, hubInfo, directory, browserPages, auditRecorder],
  wants: [identityAssertions],
  provides: [upstreamCredentials],
  setup: async ({ config, clock, log, events, find, offer, onStop, routes, use }) => {
    const own = use(database);
    await own.migrate('credentials', credentialMigrations);
    const [vault, pages, hub] = [use(secretVault), use(browserPages), use(hubInfo)];
    const [people, identities] = [use(directory), find(identityAssertions)];
    const store = new AccountStore(own, vault, clock);
    const logins = new LoginStore(own, vault, clock);
    const links = new Links({ logins, clock, baseUrl: pages.baseUrl });
    const isPublic = hub.publicUrl?.startsWith('https:') ?? false;
    const accounts = new Accounts({
      settings: config,
      clock,
      log,
      accounts: store,
      clients: new ClientStore(own, vault, clock),
      logins,
      trail: new AccountTrail(use(auditRecorder)),
      redirectUri: (end) => `${pages.baseUrl()}${callbackPath}${end}`,
      clientMetadataUrl: (end) =>
        config.clientMetadataUrl ?? (isPublic ? `${pages.baseUrl()}${clientDocumentPath}${end}` : undefined),
      assertionOf: async (...named) => identities?.assertionOf(...named),
      isActive: (key) => isActive({ directory: people, hub }, key),
      makeLink: (key) => links.forAccount(key),
    });
    onStop(() => accounts.close());
    provideAccountRoutes(routes, { accounts, links });
    for (const mount of loginMounts({ pages, hub, directory: people, accounts, links, log }))
      routes.mount(mount);
    offer(upstreamCredentials, accounts);
    followDirectory({ accounts, directory: people, hub, events, log });
    onStop(followChanges({ accounts, store, clock, log }));
    let cancel = (): void => undefined;
    const plan = (): void => {
      cancel = clock.after(pruneEveryMs, () => {
        logins.prune().catch((cause: unknown) => log.warn('old sign-ins could not be removed', { cause }));
        plan();
      });
    };
    plan();
    onStop(() => cancel());
  },
});
