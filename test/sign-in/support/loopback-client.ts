import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a program on this machine hears of the end of a sign-in (RFC 8252 §7.3). */
export interface LoopbackClient extends AsyncDisposable {
  readonly redirectUrl: string;
  /** Resolves with what the browser brought. */
  readonly answer: Promise<URLSearchParams>;
  /** What the SDKs of the protocol need to sign in. */
  readonly provider: LoopbackProvider;
}

interface Metadata {
  readonly client_name: string;
  readonly redirect_uris: string[];
  readonly grant_types: string[];
  readonly response_types: string[];
  readonly token_endpoint_auth_method: string;
}

/** Remembers what a client library tells it, and where the person is to be sent. */
export class LoopbackProvider {
  readonly redirectUrl: string;
  readonly clientMetadata: Metadata;
  /** Where the person is sent. */
  readonly address: Promise<URL>;
  #send: (address: URL) => void = () => undefined;
  #information: unknown;
  #tokens: unknown;
  #verifier = '';
  #discovered: unknown;

  constructor(redirectUrl: string, name: string) {
    this.redirectUrl = redirectUrl;
    this.clientMetadata = {
      client_name: name,
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
    this.address = new Promise((resolve) => {
      this.#send = resolve;
    });
  }

  // Each library has its own types of these and gives back what it gave.
  readonly clientInformation = () => this.#information as never;
  readonly saveClientInformation = (information: unknown): void => {
    this.#information = information;
  };
  readonly tokens = () => this.#tokens as never;
  readonly saveTokens = (tokens: unknown): void => {
    this.#tokens = tokens;
  };
  readonly saveDiscoveryState = (state: unknown): void => {
    this.#discovered = state;
  };
  readonly discoveryState = () => this.#discovered as never;
  readonly redirectToAuthorization = (address: URL): void => this.#send(address);
  readonly saveCodeVerifier = (verifier: string): void => {
    this.#verifier = verifier;
  };
  readonly codeVerifier = (): string => this.#verifier;
}

/** Starts one. */
export async function startLoopbackClient(name: string): Promise<LoopbackClient> {
  let tell: (answer: URLSearchParams) => void = () => undefined;
  const answer = new Promise<URLSearchParams>((resolve) => {
    tell = resolve;
  });
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://client');
    if (url.pathname === '/callback') tell(url.searchParams);
    response.end('Back at the program');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo;
  const redirectUrl = `http://127.0.0.1:${port}/callback`;
  return {
    redirectUrl,
    answer,
    provider: new LoopbackProvider(redirectUrl, name),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
