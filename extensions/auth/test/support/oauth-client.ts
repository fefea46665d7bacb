import { hash, randomBytes } from 'node:crypto';
import { TestBrowser, type Visit } from './browser.ts';

/** How a test signs in with the authorization code flow. */
export interface SignInOptions {
  readonly client?: string;
  readonly redirect?: string;
  readonly login?: string;
  readonly password?: string;
  readonly scope?: string | undefined;
  readonly resource?: string | undefined;
  readonly browser?: TestBrowser;
  readonly cap?: string;
}

/** What the token endpoint has said. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: { readonly [name: string]: unknown };
  readonly headers: Headers;
}

/** A client of the tests at a hub. */
export class OAuthClient {
  readonly base: string;
  readonly id: string;
  readonly redirect: string;
  readonly verifier = randomBytes(32).toString('base64url');
  readonly state = randomBytes(16).toString('base64url');

  constructor(base: string, id = 'client-test', redirect = 'https://app.example/callback') {
    this.base = base;
    this.id = id;
    this.redirect = redirect;
  }

  /** The authorization request; a member that is `undefined` is left out. */
  request(changes: { readonly [name: string]: string | undefined } = {}): string {
    const all: { readonly [name: string]: string | undefined } = {
      client_id: this.id,
      response_type: 'code',
      redirect_uri: this.redirect,
      scope: 'tools:list tools:call',
      resource: `${this.base}/mcp`,
      state: this.state,
      code_challenge: hash('sha256', this.verifier, 'base64url'),
      code_challenge_method: 'S256',
      ...changes,
    };
    const given = Object.entries(all).filter((each): each is [string, string] => each[1] !== undefined);
    return `${this.base}/oauth/auth?${new URLSearchParams(given).toString()}`;
  }

  /** Signs in and allows; gives where the browser was sent. */
  async authorize(options: SignInOptions = {}): Promise<Visit> {
    const browser = options.browser ?? new TestBrowser(this.base);
    const changes: { [name: string]: string | undefined } = {};
    if ('scope' in options) changes['scope'] = options.scope;
    if ('resource' in options) changes['resource'] = options.resource;
    return this.answer(browser, await browser.go(this.request(changes)), options);
  }

  /** Answers what the pages ask, until the browser leaves the hub. */
  async answer(browser: TestBrowser, start: Visit, options: SignInOptions = {}): Promise<Visit> {
    let page = start;
    const { login = 'ada', password = `${login}-password-1` } = options;
    if (page.text.includes('name="password"'))
      page = await browser.submit(page, 'sign-in', { login, password });
    if (page.text.includes('value="allow"'))
      page = await browser.submit(page, 'allow', options.cap ? { cap: options.cap } : {});
    return page;
  }

  async token(fields: Record<string, string>, headers: Record<string, string> = {}): Promise<TokenAnswer> {
    return postForm(`${this.base}/oauth/token`, fields, headers);
  }

  /** Redeems a code. */
  redeem(code: string, headers: Record<string, string> = {}): Promise<TokenAnswer> {
    return this.token(
      {
        grant_type: 'authorization_code',
        code,
        redirect_uri: this.redirect,
        client_id: this.id,
        code_verifier: this.verifier,
      },
      headers,
    );
  }

  refresh(token: string): Promise<TokenAnswer> {
    return this.token({ grant_type: 'refresh_token', refresh_token: token, client_id: this.id });
  }

  /** The whole flow; gives the tokens. */
  async signIn(options: SignInOptions = {}): Promise<{ access: string; refresh: string }> {
    const visit = await this.authorize(options);
    const code = visit.url.searchParams.get('code');
    if (code === null) throw new Error(`no code: ${visit.url.href} ${visit.text.slice(0, 1_500)}`);
    const { body } = await this.redeem(code);
    return { access: String(body['access_token']), refresh: String(body['refresh_token']) };
  }
}

/** Posts a form. */
export async function postForm(
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<TokenAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  });
  const text = await response.text();
  let body: unknown = {};
  try {
    body = JSON.parse(text);
  } catch {
    body = { text };
  }
  // A form's answer is an object, or the text just wrapped in one.
  return { status: response.status, body: body as TokenAnswer['body'], headers: response.headers };
}

/** Lists the tools with a credential; gives the status. */
export async function useMcp(
  base: string,
  authorization: string | undefined,
  { path = '/mcp', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(`${base}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(authorization === undefined ? {} : { authorization }),
      ...headers,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'test', version: '1' },
      },
    }),
  });
}
