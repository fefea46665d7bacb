import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { default as Provider } from 'oidc-provider';
import { addExchange, type Exchange, type ExchangeParts, exchangeGrant } from './identity-exchange.ts';

/** Somebody of the company. */
interface CompanyAccount {
  readonly name?: string;
  readonly preferred_username?: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  groups?: readonly string[];
}

/** The identity provider of a company: a real one, with sign-in pages of its own, where any password is right. */
export interface CompanyProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly host: string;
  /** By the `sub` they sign in as; tests change their groups. */
  readonly accounts: Map<string, CompanyAccount>;
  /** Lets a hub sign people in; before that nobody answers at the issuer. */
  readonly serve: (hubUrl: string, id?: string) => void;
  /** What it was asked to exchange ID tokens for. */
  readonly exchanges: Exchange[];
  /** Whose exchanges it refuses. */
  readonly refused: Set<string>;
  /** Ends what everybody was given to renew ID tokens with. */
  readonly endRenewals: () => void;
}

/** What a test changes about it. */
export interface CompanyOptions {
  readonly areClaimsInIdToken?: boolean;
  readonly idTokenSeconds?: number;
}

export const clientSecret = 'a secret of the hub at the company';

/** Starts one on loopback. `areClaimsInIdToken` is how many providers do it; the standard has them at the userinfo endpoint. */
export async function startCompanyProvider({
  areClaimsInIdToken = false,
  idTokenSeconds = 600,
}: CompanyOptions = {}): Promise<CompanyProvider> {
  let answer: ((request: IncomingMessage, response: ServerResponse) => unknown) | undefined;
  const server = createServer((request, response) => {
    if (answer) void answer(request, response);
    else response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const accounts = new Map<string, CompanyAccount>();
  const exchanges: Exchange[] = [];
  const refused = new Set<string>();
  let canRenew = true;
  return {
    issuer,
    host: `127.0.0.1:${port}`,
    accounts,
    exchanges,
    refused,
    endRenewals: () => {
      canRenew = false;
    },
    serve: (hubUrl, id = 'company') => {
      const redirect = `${hubUrl}/sign-in/callback/${id}`;
      answer = makeProvider({
        issuer,
        redirect,
        accounts,
        areClaimsInIdToken,
        idTokenSeconds,
        exchanges,
        refused,
        canRenew: () => canRenew,
      }).callback();
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}

function makeProvider({
  issuer,
  redirect,
  accounts,
  areClaimsInIdToken,
  idTokenSeconds,
  ...rest
}: ExchangeParts & {
  readonly issuer: string;
  readonly redirect: string;
  readonly accounts: ReadonlyMap<string, CompanyAccount>;
  readonly areClaimsInIdToken: boolean;
  readonly idTokenSeconds: number;
  readonly canRenew: () => boolean;
}): Provider {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'hub',
        client_secret: clientSecret,
        redirect_uris: [redirect],
        grant_types: ['authorization_code', 'refresh_token', exchangeGrant],
      },
    ],
    // Many providers give one without asking anybody.
    issueRefreshToken: async () => true,
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
    },
    conformIdTokenClaims: !areClaimsInIdToken,
    cookies: { keys: ['cookies of the company'] },
    findAccount: async ({ oidc }, id) =>
      oidc.params?.['grant_type'] === 'refresh_token' && !rest.canRenew()
        ? undefined
        : { accountId: id, claims: async () => ({ sub: id, ...accounts.get(id) }) },
    // The company has agreed for its people.
    loadExistingGrant: async ({ oidc }) => {
      const { session, client } = oidc;
      if (!session?.accountId || !client) return undefined;
      const grant = new oidc.provider.Grant({ accountId: session.accountId, clientId: client.clientId });
      grant.addOIDCScope('openid profile email groups offline_access');
      await grant.save();
      return grant;
    },
    ttl: {
      AccessToken: 600,
      Grant: 600,
      IdToken: idTokenSeconds,
      Interaction: 600,
      RefreshToken: 600,
      Session: 600,
    },
    pkce: { required: () => true },
  });
  addExchange(provider, rest);
  return provider;
}
