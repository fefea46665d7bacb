import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { default as Provider } from 'oidc-provider';

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
}

export const clientSecret = 'a secret of the hub at the company';

/** Starts one on loopback. `areClaimsInIdToken` is how many providers do it; the standard has them at the userinfo endpoint. */
export async function startCompanyProvider({
  areClaimsInIdToken = false,
}: {
  readonly areClaimsInIdToken?: boolean;
} = {}): Promise<CompanyProvider> {
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
  return {
    issuer,
    host: `127.0.0.1:${port}`,
    accounts,
    serve: (hubUrl, id = 'company') => {
      const redirect = `${hubUrl}/sign-in/callback/${id}`;
      answer = makeProvider({ issuer, redirect, accounts, areClaimsInIdToken }).callback();
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
}: {
  readonly issuer: string;
  readonly redirect: string;
  readonly accounts: ReadonlyMap<string, CompanyAccount>;
  readonly areClaimsInIdToken: boolean;
}): Provider {
  return new Provider(issuer, {
    clients: [{ client_id: 'hub', client_secret: clientSecret, redirect_uris: [redirect] }],
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
    },
    conformIdTokenClaims: !areClaimsInIdToken,
    cookies: { keys: ['cookies of the company'] },
    findAccount: async (_context, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...accounts.get(id) }),
    }),
    // The company has agreed for its people.
    loadExistingGrant: async ({ oidc }) => {
      const { session, client } = oidc;
      if (!session?.accountId || !client) return undefined;
      const grant = new oidc.provider.Grant({ accountId: session.accountId, clientId: client.clientId });
      grant.addOIDCScope('openid profile email groups');
      await grant.save();
      return grant;
    },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    pkce: { required: () => true },
  });
}
