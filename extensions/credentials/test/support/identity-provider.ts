import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request for an exchange. */
export interface SeenExchange {
  readonly form: Record<string, string>;
  readonly authorization: string | undefined;
}

/** An identity provider of a company that exchanges the identities it is told are good, and remembers what it was asked. */
export class IdentityProvider implements AsyncDisposable {
  /** Every body it was sent, for what must not be among them. */
  readonly exchanges: SeenExchange[] = [];
  readonly paths: string[] = [];
  /** The identities it takes. */
  readonly good = new Set<string>();
  /** The OAuth error every exchange is refused with. */
  refusal: string | undefined;
  /** Members of its metadata. */
  metadata: Record<string, unknown> = {};
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #count = 0;

  static async start(): Promise<IdentityProvider> {
    const provider = new IdentityProvider();
    provider.#server.listen(0, '127.0.0.1');
    await once(provider.#server, 'listening');
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    this.paths.push(request.url ?? '');
    const { status, document } = this.#answer(request, new URLSearchParams(body));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  }

  #answer({ url, headers }: IncomingMessage, form: URLSearchParams): { status: number; document: object } {
    const { issuer } = this;
    if (url === '/.well-known/openid-configuration')
      return { status: 200, document: { issuer, token_endpoint: `${issuer}/exchange`, ...this.metadata } };
    if (url !== '/exchange') return { status: 404, document: {} };
    this.exchanges.push({ form: Object.fromEntries(form), authorization: headers.authorization });
    const isGood = this.good.has(form.get('subject_token') ?? '');
    const error = this.refusal ?? (isGood ? undefined : 'invalid_grant');
    if (error !== undefined)
      return { status: 400, document: { error, error_description: `no: ${form.get('subject_token')}` } };
    return {
      status: 200,
      document: {
        access_token: `identity-grant-${++this.#count}`,
        issued_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
        token_type: 'N_A',
        expires_in: 300,
      },
    };
  }
}
