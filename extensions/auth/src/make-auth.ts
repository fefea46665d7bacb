import type { SafeFetcher } from '@signalbox/safe-fetch';
import type { AuditRecorder, Clock, Directory, Log } from '@signalbox/sdk';
import { IdentityProviders } from './federation/identity-providers.ts';
import { PendingSignIns } from './federation/pending-sign-ins.ts';
import { Passkeys } from './flows/passkeys.ts';
import { KeyRing } from './keys/key-ring.ts';
import { deviceCodePage, deviceConfirmPage } from './pages/device-pages.ts';
import { messagePage } from './pages/message-page.ts';
import { makeAuthorizationServer } from './server/authorization-server.ts';
import { ClientDocuments } from './server/client-documents.ts';
import type { HubPlace } from './server/hub-place.ts';
import { ProviderClients } from './server/provider-clients.ts';
import type { ServerPages } from './server/provider-parts.ts';
import { RateWindow } from './server/rate-window.ts';
import { TokenRate } from './server/token-rate.ts';
import { Browser } from './sessions/browser.ts';
import { FormTokens } from './sessions/form-tokens.ts';
import { Sessions } from './sessions/sessions.ts';
import type { AuthSettings } from './settings.ts';
import type { AuthStore } from './store/auth-store.ts';
import { Clients } from './store/clients.ts';
import { endSubject } from './store/end-subject.ts';
import { forgetOrganization } from './store/forget-organization.ts';
import { Grants } from './store/grants.ts';
import { IssuedTokens } from './store/issued-tokens.ts';
import type { KeptIdentities } from './store/kept-identities.ts';
import { Revocations } from './store/revocations.ts';
import { MembershipTrail } from './trail/membership-trail.ts';
import { Trail } from './trail/trail.ts';
import { DpopProofs } from './verify/dpop-proofs.ts';
import { ExternalIssuers } from './verify/external-issuers.ts';
import { VerifiedTokens } from './verify/verified-tokens.ts';

/** What sign-in is made from. */
export interface AuthBase {
  readonly settings: AuthSettings;
  readonly log: Log;
  readonly clock: Clock;
  readonly store: AuthStore;
  readonly fetcher: SafeFetcher;
  readonly directory: Directory;
  readonly recorder: AuditRecorder;
  /** Keeps what providers said of people; absent where nothing is kept. */
  readonly identities: KeptIdentities | undefined;
  readonly place: () => HubPlace;
}

/** Puts the parts of sign-in together. */
export function makeAuth(base: AuthBase) {
  const { settings, clock, store, fetcher, directory, place } = base;
  const verified = new VerifiedTokens(clock);
  const revocations = new Revocations(store, () => verified.clear());
  revocations.on((revocation) => verified.dropRevoked(revocation));
  const trail = new Trail(base);
  const membershipTrail = new MembershipTrail(base);
  const grants = new Grants(store, revocations, trail);
  const tokens = new IssuedTokens(store, revocations);
  const clients = new Clients(store, tokens);
  const keys = new KeyRing(store, revocations);
  const sessions = new Sessions(store, revocations, trail);
  const isHttps = (): boolean => place().isHttps;
  const browser = new Browser(sessions, directory, isHttps);
  const documents = new ClientDocuments({
    fetcher,
    clock,
    fetchesPerMinute: settings.clientFetchesPerMinute,
  });
  const external = new ExternalIssuers({ issuers: settings.issuers, fetcher, directory, clock });
  const server = makeAuthorizationServer({
    ...base,
    keys,
    grants,
    tokens,
    documents,
    external,
    trail,
    pages: serverPages,
    clients: new ProviderClients(clients, directory, trail),
    sessionOf: browser.sessionOf,
  });
  return {
    ...base,
    trail,
    membershipTrail,
    verified,
    revocations,
    grants,
    tokens,
    clients,
    keys,
    sessions,
    browser,
    server,
    forms: new FormTokens(keys, isHttps),
    passkeys: new Passkeys({ directory, sealer: store.sealer, clock, place }),
    tokenRate: new TokenRate(
      clock,
      settings.tokensPerSecond,
      async (id) => documents.isKnown(id) || (await clients.find(id)) !== undefined,
    ),
    providers: new IdentityProviders({ ...base, providers: settings.providers }),
    pending: new PendingSignIns(store, isHttps),
    providerStarts: new RateWindow(clock, { windowMs: 60_000, most: 30 }),
    proofs: new DpopProofs(clock),
    external,
    forgetOrganization: (org: string) => forgetOrganization(store, { clients, grants }, org),
    endSubject: (subject: string) => endSubject(store, { grants, sessions, revocations }, subject),
  };
}

const serverPages: ServerPages = {
  error: ({ code, text }) => messagePage('That did not work', text, code),
  deviceCode: deviceCodePage,
  deviceConfirm: deviceConfirmPage,
  deviceDone: (client) => messagePage('Connected', `${client} is connected. You can close this page.`),
};
