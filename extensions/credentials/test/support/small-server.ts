import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the server saw it. */
export interface Seen {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly form: URLSearchParams;
  readonly body: string;
}

/** What a test changes about a server. */
export interface ServerChoices {
  /** How long a token is good for, in seconds; the server does not say where it is undefined. */
  expiresIn: number | undefined;
  /** The OAuth error every token request is refused with. */
  refusal: string | undefined;
  /** Added to the metadata of the authorization server. */
  metadata: Record<string, unknown>;
  /** Added to the metadata of the resource. */
  resource: Record<string, unknown>;
  /** Tokens the resource takes; every one it gave where undefined. */
  takes: ((token: string | undefined) => boolean) | undefined;
  /** The challenge of a 403 after a token was taken. */
  insufficient: string | undefined;
  /** Waited for before a token is given. */
  hold: Promise<void> | undefined;
  givesRefreshTokens: boolean;
  /** Answers calls of tools with an error that repeats the token it was shown. */
  repeatsTokens: boolean;
  /** Changes the answer of the authorization endpoint. */
  answer: ((query: URLSearchParams) => void) | undefined;
}

/** An authorization server and the MCP endpoint it guards, in one, recording all it is sent. */
export class SmallServer implements AsyncDisposable {
  readonly seen: Seen[] = [];
  readonly choices: ServerChoices = {
    expiresIn: 3_600,
    refusal: undefined,
    metadata: {},
    resource: {},
    takes: undefined,
    insufficient: undefined,
    hold: undefined,
    givesRefreshTokens: true,
    repeatsTokens: false,
    answer: undefined,
  };
  readonly #server: Server;
  readonly #given = new Set<string>();
  #count = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<SmallServer> {
    const http = createServer();
    const server = new SmallServer(http);
    http.on('request', (request, response) => void server.#serve(request, response));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The MCP endpoint. */
  get endpoint(): string {
    return `${this.url}/mcp`;
  }

  /** The requests to a path. */
  at(path: string): Seen[] {
    return this.seen.filter((each) => each.path === path);
  }

  /** Takes back every token that was given. */
  takeBack(): void {
    this.#given.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const url = new URL(request.url ?? '', this.url);
    this.seen.push({ path: url.pathname, headers: request.headers, form: new URLSearchParams(body), body });
    const answer = await this.#answer(url, request, body);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  async #answer(
    { pathname, searchParams }: URL,
    { headers }: IncomingMessage,
    body: string,
  ): Promise<{ status: number; headers?: Record<string, string>; body?: unknown }> {
    const { url, choices } = this;
    switch (pathname) {
      case '/mcp':
        return this.#serveResource(headers.authorization?.split(' ')[1], body);
      case '/.well-known/oauth-protected-resource/mcp':
        return {
          status: 200,
          body: { resource: this.endpoint, authorization_servers: [url], ...choices.resource },
        };
      case '/.well-known/oauth-authorization-server':
        return { status: 200, body: { ...this.#metadata(), ...choices.metadata } };
      case '/register':
        return {
          status: 201,
          body: {
            ...(JSON.parse(body) as object),
            client_id: `client-${++this.#count}`,
            client_secret: `client-secret-${this.#count}`,
          },
        };
      case '/authorize': {
        const back = new URL(searchParams.get('redirect_uri') ?? '');
        back.searchParams.set('code', 'the-code');
        back.searchParams.set('state', searchParams.get('state') ?? '');
        choices.answer?.(back.searchParams);
        return { status: 302, headers: { location: back.href } };
      }
      case '/token':
        await choices.hold;
        return this.#giveToken(new URLSearchParams(body));
      case '/revoke':
        return { status: 200 };
      default:
        return { status: 404 };
    }
  }

  #serveResource(token: string | undefined, body: string) {
    const { takes, insufficient, repeatsTokens } = this.choices;
    const isTaken = takes ? takes(token) : token !== undefined && this.#given.has(token);
    const metadata = `resource_metadata="${this.url}/.well-known/oauth-protected-resource/mcp"`;
    if (!isTaken) return { status: 401, headers: { 'www-authenticate': `Bearer ${metadata}` } };
    if (repeatsTokens && body.includes('tools/call')) return { status: 200, body: complaint(body, token) };
    if (insufficient === undefined) return answerMcp(body);
    const challenge = `Bearer error="insufficient_scope", scope="${insufficient}", ${metadata}`;
    return { status: 403, headers: { 'www-authenticate': challenge } };
  }

  #giveToken(form: URLSearchParams) {
    const { expiresIn, refusal, givesRefreshTokens } = this.choices;
    if (refusal !== undefined) return { status: 400, body: { error: refusal } };
    const access = `access-token-${++this.#count}-${form.get('grant_type')}`;
    this.#given.add(access);
    return {
      status: 200,
      body: {
        access_token: access,
        token_type: 'Bearer',
        ...(expiresIn === undefined ? {} : { expires_in: expiresIn }),
        ...(givesRefreshTokens ? { refresh_token: `refresh-token-${this.#count}` } : {}),
      },
    };
  }

  #metadata() {
    const { url } = this;
    return {
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      registration_endpoint: `${url}/register`,
      revocation_endpoint: `${url}/revoke`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_basic'],
      authorization_response_iss_parameter_supported: false,
    };
  }
}

function complaint(body: string, token: string | undefined) {
  const { id } = JSON.parse(body) as { id?: number };
  return { jsonrpc: '2.0', id, error: { code: -32000, message: `no use for ${token}`, data: { token } } };
}

/** Enough of an MCP server of the legacy era to be listed and called. */
function answerMcp(body: string): { status: number; body?: unknown } {
  const { id, method } = JSON.parse(body === '' ? '{}' : body) as { id?: number; method?: string };
  const results: Record<string, unknown> = {
    initialize: {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'small', version: '1' },
    },
    'tools/list': { tools: [{ name: 'read', inputSchema: { type: 'object' } }] },
    'tools/call': { content: [{ type: 'text', text: 'done' }] },
  };
  if (id === undefined) return { status: method === undefined ? 200 : 202 };
  return { status: 200, body: { jsonrpc: '2.0', id, result: results[method ?? ''] ?? {} } };
}
