import { createHash, randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignalboxError } from '@signalbox/sdk';
import { openBrowser } from '../terminal/open-browser.ts';
import type { SignInPlace } from './discover.ts';
import { cliClient, requestToken, type TokenOutcome } from './token-request.ts';

/** How a sign-in with a browser is shown and given up. */
export interface BrowserSignIn {
  readonly scope: string;
  readonly show: (url: string) => void;
  readonly platform: string;
  /** Whether a browser may be opened here. */
  readonly opens: boolean;
  readonly signal: AbortSignal;
}

const longestMs = 5 * 60_000;

/** Signs in with the browser of this machine: it comes back to a port of this process (RFC 8252 §7.3, PKCE). */
export async function signInWithBrowser(place: SignInPlace, how: BrowserSignIn): Promise<TokenOutcome> {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const server = createServer();
  const signal = AbortSignal.any([how.signal, AbortSignal.timeout(longestMs)]);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const redirect = `http://127.0.0.1:${port}/callback`;
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: cliClient,
      redirect_uri: redirect,
      scope: how.scope,
      resource: place.resource,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const url = `${place.authorizationEndpoint}?${query.toString()}`;
    how.show(url);
    if (how.opens) openBrowser(how.platform, url);
    const code = await awaitCode(server, { state, issuer: place.issuer, signal });
    return await requestToken(place.tokenEndpoint, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirect,
      code_verifier: verifier,
      resource: place.resource,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function awaitCode(
  server: ReturnType<typeof createServer>,
  { state, issuer, signal }: { state: string; issuer: string; signal: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.addEventListener(
      'abort',
      () => reject(new SignalboxError('cancelled', 'the sign-in was given up')),
      {
        once: true,
      },
    );
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const { searchParams: given } = url;
      // What does not know the state is not the answer; the right one may still come (RFC 9207 for `iss`).
      if (url.pathname !== '/callback' || given.get('state') !== state || given.get('iss') !== issuer)
        return answer(response, 404, 'This is not the answer that was waited for.');
      const code = given.get('code');
      if (code === null) {
        answer(response, 200, 'You have refused. You can close this page.');
        return reject(new SignalboxError('forbidden', 'the sign-in was refused in the browser'));
      }
      answer(response, 200, 'You are signed in. You can close this page.');
      resolve(code);
    });
  });
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${text}\n`);
}
