import { SafeFetcher } from '@signalbox/safe-fetch';
import {
  auditRecorder,
  browserPages,
  type Clock,
  defineExtension,
  directory,
  directoryChanged,
  hubInfo,
  identityAssertions,
  type Log,
  organizationRemoved,
  SignalboxError,
  sealer,
  secretVault,
  tokenVerifier,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { makeIdentityAssertions } from './federation/make-identity-assertions.ts';
import { makeBrowserPages } from './flows/browser-pages.ts';
import { makeAuth } from './make-auth.ts';
import { authMounts } from './mount-server.ts';
import { provideSignInRoutes } from './routes/sign-in-routes.ts';
import { hubPlace } from './server/hub-place.ts';
import { RateWindow } from './server/rate-window.ts';
import { authSettings } from './settings.ts';
import { type AuthTables, authMigrations } from './store/auth-tables.ts';
import { KeptIdentities } from './store/kept-identities.ts';
import { prune } from './store/prune.ts';
import { makeTokenVerifier } from './verify/token-verifier.ts';

/** Signs people and machines in: the authorization server, its pages, and who verifies what it issues. */
export const auth = defineExtension({
  name: 'auth',
  description:
    'Sign-in: an OAuth 2.1 authorization server with its pages, and the verification of credentials',
  config: authSettings,
  needs: [database, directory, hubInfo, sealer, auditRecorder],
  wants: [secretVault],
  provides: [tokenVerifier, browserPages, identityAssertions],
  setup: async ({ config, clock, log, use, find, offer, routes, events, onReady, onStop }) => {
    const base = use(database);
    await base.migrate('auth', authMigrations);
    const store = { database: base, queries: base.queries<AuthTables>(), sealer: use(sealer), clock };
    const hub = use(hubInfo);
    const fetcher = new SafeFetcher({ allowPrivate: config.allowPrivate, clock });
    onStop(fetcher.close);
    const vault = find(secretVault);
    const keeps = config.providers.some(({ keepIdentity }) => keepIdentity);
    if (keeps && !vault)
      throw new SignalboxError(
        'invalid_settings',
        'auth.providers has keepIdentity, and no extension keeps secrets',
      );
    const parts = makeAuth({
      settings: config,
      log,
      clock,
      store,
      fetcher,
      directory: use(directory),
      recorder: use(auditRecorder),
      identities: keeps && vault ? new KeptIdentities(store, vault) : undefined,
      place: () => hubPlace(hub),
    });
    await parts.keys.open();
    const registrations = new RateWindow(clock, {
      windowMs: 3_600_000,
      most: config.registrationsPerHour,
    });
    for (const mount of authMounts({ ...parts, isCompatible: config.compatibility, registrations }))
      routes.mount(mount);
    provideSignInRoutes(routes, parts);
    events.on(directoryChanged, (change) => {
      parts.verified.dropOf(change);
      if (change.isRevocation && change.subject !== undefined)
        parts.endSubject(change.subject).catch((error: unknown) => {
          log.error('credentials of a subject could not be ended', { cause: error });
        });
    });
    events.on(organizationRemoved, ({ org, step, waitFor }) => {
      if (step === 'rows') waitFor(parts.forgetOrganization(org));
    });
    offer(tokenVerifier, makeTokenVerifier(parts));
    offer(browserPages, makeBrowserPages(parts));
    offer(identityAssertions, makeIdentityAssertions(parts));
    onReady(() => parts.revocations.start());
    onStop(() => parts.revocations.stop());
    onStop(every(clock, log, 300_000, () => prune(store)));
    onStop(every(clock, log, 60_000, () => parts.keys.tend()));
  },
});

/** Does something again and again until the result is called. A failure is logged, and it goes on. */
function every(clock: Clock, log: Log, delayMs: number, action: () => Promise<unknown>): () => void {
  let isStopped = false;
  let cancel = (): void => undefined;
  const schedule = (): void => {
    if (isStopped) return;
    cancel = clock.after(delayMs, () => {
      action()
        .catch((error: unknown) => log.error('the upkeep of sign-in failed', { cause: error }))
        .finally(schedule);
    });
  };
  schedule();
  return () => {
    isStopped = true;
    cancel();
  };
}
