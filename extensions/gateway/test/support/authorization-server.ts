import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small authorization server: gives tokens to whom it is told of, and says whose a token is. */
export interface AuthorizationServer {
  readonly issuer: string;
  /** The name a token was given to; undefined for a token of somebody else's, or one that was taken back. */
  readonly whose: (token: string) => string | undefined;
  readonly revoke: (token: string) => void;
  readonly stop: () => void;
}

/** Starts one. `POST /token?as=NAME` gives a token that nobody can guess from the name. */
export async function startAuthorizationServer(mark: string): Promise<AuthorizationServer> {
  const given = new Map<string, string>();
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '', 'http://localhost').searchParams.get('as') ?? '';
    const token = `${mark}-token-${given.size + 1}`;
    given.set(token, name);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: token, token_type: 'Bearer' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    whose: (token) => given.get(token),
    revoke: (token) => void given.delete(token),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
