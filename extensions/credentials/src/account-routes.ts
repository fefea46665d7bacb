import {
  connectUpstream,
  connectUpstreamForOrganization,
  disconnectUpstream,
  disconnectUpstreamForOrganization,
  getUpstreamAccounts,
  type UpstreamAccountState,
} from '@signalbox/api';
import { type Principal, type Routes, route, SignalboxError } from '@signalbox/sdk';
import type { AccountKey } from './account/account-key.ts';
import type { AccountRecord } from './account/account-record.ts';
import type { Accounts } from './account/accounts.ts';
import { disconnectAccount } from './account/disconnect-account.ts';
import type { Links } from './login/links.ts';
import { hostOf } from './oauth/oauth-failure.ts';

/** What the routes work with. */
export interface AccountRouteParts {
  readonly accounts: Accounts;
  readonly links: Links;
}

/** Serves the connecting and forgetting of accounts: everybody's own, and that of the organization to who manages upstreams. */
export function provideAccountRoutes(routes: Routes, parts: AccountRouteParts): void {
  const { accounts, links } = parts;
  routes.provide(
    route({
      ...getUpstreamAccounts,
      handle: async ({ params: { name }, principal }) => {
        accounts.contextOf(name);
        const own = ownKey(name, principal);
        return {
          own: own ? toState(await accounts.find(own)) : nothing,
          organization: toState(await accounts.find(sharedKey(name, principal))),
        };
      },
    }),
  );
  routes.provide(
    route({
      ...connectUpstream,
      handle: async ({ params: { name }, principal }) => {
        const own = ownKey(name, principal);
        if (!own) throw noAccount();
        accounts.checkSignIn(name, 'user');
        return { url: await links.make(own, openerOf(principal)) };
      },
    }),
  );
  routes.provide(
    route({
      ...disconnectUpstream,
      handle: async ({ params: { name }, principal, interface: { address } }) => {
        const own = ownKey(name, principal);
        if (!own) throw noAccount();
        return disconnect(parts, own, { principal, address });
      },
    }),
  );
  routes.provide(
    route({
      ...connectUpstreamForOrganization,
      handle: async ({ params: { name }, principal }) => {
        accounts.checkSignIn(name, 'organization');
        return { url: await links.make(sharedKey(name, principal), openerOf(principal)) };
      },
    }),
  );
  routes.provide(
    route({
      ...disconnectUpstreamForOrganization,
      handle: async ({ params: { name }, principal, interface: { address } }) =>
        disconnect(parts, sharedKey(name, principal), { principal, address }),
    }),
  );
}

async function disconnect(
  { accounts }: AccountRouteParts,
  key: AccountKey,
  {
    principal: { kind, id },
    address,
  }: { readonly principal: Principal; readonly address: string | undefined },
): Promise<UpstreamAccountState> {
  await disconnectAccount(accounts, key, { actor: { type: kind, id }, interface: 'http', address });
  return nothing;
}

const nothing: UpstreamAccountState = { state: 'none', scopes: [], missing: [] };

function toState(record: AccountRecord | undefined): UpstreamAccountState {
  if (!record) return nothing;
  const { state, scopes, issuer, changedAt, challenge } = record;
  const missing = (challenge?.scopes ?? []).filter((scope) => !scopes.includes(scope));
  return {
    state,
    scopes: [...scopes],
    missing,
    changedAt,
    ...(issuer === '' ? {} : { server: hostOf(issuer) }),
  };
}

/** No browser is signed in as a machine: a link it asks for is for whoever administers the organization. */
function openerOf({ kind, id }: Principal): string {
  return kind === 'user' ? id : '';
}

function ownKey(upstream: string, { kind, id, org }: Principal): AccountKey | undefined {
  return kind === 'user' || kind === 'service' ? { org, upstream, subject: `${kind}:${id}` } : undefined;
}

function sharedKey(upstream: string, { org }: Principal): AccountKey {
  return { org, upstream, subject: '' };
}

function noAccount(): SignalboxError {
  return new SignalboxError('forbidden', 'only a person or a service account has accounts at upstreams');
}
