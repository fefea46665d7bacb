import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';

/** What a test changes about an identity provider that is otherwise in order. */
export interface Ways {
  /** Claims of the ID token; `undefined` leaves one out. */
  readonly claims?: () => { readonly [name: string]: unknown };
  /** Members of its metadata. */
  readonly metadata?: { readonly [name: string]: unknown };
  /** Parameters of the answer to the browser; `undefined` leaves one out. */
  readonly answer?: { readonly [name: string]: string | undefined };
  readonly signs?: 'right' | 'with another key' | 'not at all' | 'with the secret';
  readonly userinfo?: { readonly [name: string]: unknown };
}

/** A provider whose every word a test decides; who comes is `u1`. */
export interface HostileProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly host: string;
  ways: Ways;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** The address a person is sent back to, without any page in between. */
  readonly send: (address: string) => string;
}

/** Starts one on loopback. */
export async function startHostileProvider(): Promise<HostileProvider> {
  const [own, other] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  const codes = new Map<string, URLSearchParams>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString();
    });
    request.on('end', () => {
      const [path = ''] = (request.url ?? '').split('?');
      asked.push(path);
      void answer(path, new URLSearchParams(body)).then((document) => {
        response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
        response.end(JSON.stringify(document ?? {}));
      });
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const provider: HostileProvider = {
    issuer,
    host: `127.0.0.1:${port}`,
    ways: {},
    asked,
    send: (address) => {
      const { searchParams } = new URL(address);
      const code = `code-${codes.size}`;
      codes.set(code, searchParams);
      const given = { code, state: searchParams.get('state') ?? '', iss: issuer, ...provider.ways.answer };
      const query = Object.entries(given).filter((each): each is [string, string] => each[1] !== undefined);
      return `${searchParams.get('redirect_uri') ?? ''}?${new URLSearchParams(query).toString()}`;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
  return provider;

  async function answer(path: string, form: URLSearchParams): Promise<object | undefined> {
    switch (path) {
      case '/.well-known/openid-configuration':
        return {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          userinfo_endpoint: `${issuer}/userinfo`,
          authorization_response_iss_parameter_supported: true,
          ...provider.ways.metadata,
        };
      case '/jwks':
        return { keys: [jwk] };
      case '/token':
        return { access_token: 'a', token_type: 'bearer', id_token: await mint(form) };
      case '/userinfo':
        return provider.ways.userinfo ?? { sub: 'u1' };
      default:
        return undefined;
    }
  }

  async function mint(form: URLSearchParams): Promise<string> {
    const wanted = codes.get(form.get('code') ?? '') ?? new URLSearchParams();
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      sub: 'u1',
      aud: 'hub',
      nonce: wanted.get('nonce') ?? '',
      iat: now,
      exp: now + 300,
      ...provider.ways.claims?.(),
    };
    const token = new SignJWT(claims);
    switch (provider.ways.signs) {
      case 'not at all':
        return new UnsecuredJWT(claims).encode();
      case 'with the secret':
        return token
          .setProtectedHeader({ alg: 'HS256' })
          .sign(Buffer.from('a secret of 32 characters at least!'));
      case 'with another key':
        return token.setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(other.privateKey);
      case 'right':
      case undefined:
        return token.setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(own.privateKey);
      default:
        return provider.ways.signs satisfies never;
    }
  }
}
