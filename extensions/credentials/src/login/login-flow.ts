import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Log, SignalboxError } from '@signalbox/sdk';
import { accountOf } from '../account/account-key.ts';
import type { Accounts } from '../account/accounts.ts';
import { askForChallenge } from '../oauth/ask-for-challenge.ts';
import { beginSignIn, planSignIn } from '../oauth/begin-sign-in.ts';
import { finishSignIn } from '../oauth/finish-sign-in.ts';
import type { OpenLogin } from '../store/login-store.ts';
import { serveIdentityLogin } from './identity-login.ts';
import type { Links } from './links.ts';
import { loginPage } from './login-page.ts';
import { endOfPaths, readEnd } from './login-paths.ts';
import { mayOpen, type OpeningParts } from './may-open.ts';
import { whoConnects } from './who-connects.ts';

const cookie = 'signalbox-upstream';
const browserMs = 15 * 60_000;

/** What the pages work with. */
export interface LoginParts extends OpeningParts {
  readonly accounts: Accounts;
  readonly links: Links;
  readonly log: Log;
}

/** A request of a browser and its answer. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The page of a link: it shows what is about to be connected, and sends the browser on when the person wants it. */
export async function serveLogin(parts: LoginParts, visit: Visit, id: string): Promise<void> {
  const { request, response } = visit;
  const { pages } = parts;
  const login = await parts.accounts.parts.logins.find(id);
  if (!login) throw goneLink();
  const action = `${new URL(pages.baseUrl()).pathname.replace(/\/$/, '')}/upstreams/login/${id}`;
  const opening = await mayOpen(parts, request, login);
  if (opening === 'sign-in') return pages.askToSignIn(request, response, action);
  if (opening === 'no') throw notYours();
  if (parts.accounts.contextOf(login.key.upstream).upstream.credentials.grant === 'enterprise')
    return serveIdentityLogin(parts, visit, { id, key: login.key, action });
  if (request.method === 'POST') return sendOn(parts, visit, { id, login });
  const { context, plan } = await planned(parts, login);
  const { subject, org } = login.key;
  const forWhom = await whomFor(parts, request, login);
  return pages.show(request, response, loginPage({ action, context, plan, subject, forWhom, org }));
}

/** Where an authorization server sends the browser back to: at the address of that server, for that upstream. */
export async function serveCallback(parts: LoginParts, visit: Visit, rest: string): Promise<void> {
  const { request, response } = visit;
  const { pages, accounts } = parts;
  const query = new URL(request.url ?? '', 'http://localhost').searchParams;
  const browser = pages.readCookie(request, cookie) ?? '';
  const state = one(query, 'state') ?? '';
  const taken = await accounts.parts.logins.take(state, browser);
  if (!taken) throw goneLink();
  pages.setCookie(response, cookie, '', 0);
  // security: a server the browser was not sent to has got its answer here, or had it sent here (RFC 9700 §4.4.2.2).
  if (readEnd(rest) !== endOfPaths(taken.key.upstream, taken.sent.issuer)) throw goneLink();
  if ((await mayOpen(parts, request, taken)) !== 'yes') throw notYours();
  const { upstream } = taken.key;
  const context = accounts.contextOf(upstream);
  if (taken.sent.url !== context.url) throw goneLink();
  const [code, error, iss] = [one(query, 'code'), one(query, 'error'), one(query, 'iss')];
  const changes = await finishSignIn(context, taken, {
    ...(code === undefined ? {} : { code }),
    ...(error === undefined ? {} : { error }),
    ...(iss === undefined ? {} : { iss }),
  });
  await accounts.connect(changes, await whoConnects(parts, request, taken));
  parts.log.info('an account at an upstream was connected', { upstream, org: taken.key.org });
  await pages.show(request, response, {
    title: 'Connected',
    text: [`${upstream} is connected. You can close this page.`],
  });
}

async function sendOn(
  parts: LoginParts,
  { request, response }: Visit,
  { id, login }: { readonly id: string; readonly login: OpenLogin },
): Promise<void> {
  const { pages, accounts, links } = parts;
  const form = await pages.readForm(request);
  if (form.get('step') !== 'connect')
    return pages.show(request, response, { title: 'Not connected', text: ['Nothing was changed.'] });
  const { context, plan } = await planned(parts, login);
  const state = randomBytes(16).toString('base64url');
  const browser = randomBytes(16).toString('base64url');
  const { address, sent } = await beginSignIn(context, login.key.org, plan, state);
  if (!(await accounts.parts.logins.send(id, { key: login.key, state, browser, sent }))) throw goneLink();
  links.used(login.key);
  pages.setCookie(response, cookie, browser, browserMs);
  response.writeHead(303, { location: address.href, 'cache-control': 'no-store' }).end();
}

/** Whose account it becomes, in words for who reads the page: they need not be the same. */
async function whomFor(
  { pages, hub }: LoginParts,
  request: IncomingMessage,
  { key, opener }: OpenLogin,
): Promise<string> {
  const { subject } = accountOf(key);
  if (subject?.kind === 'service') return `the service account ${subject.id}`;
  const person = await pages.whoIsSignedIn(request);
  if (person && person.id === opener) return person.name;
  return opener === hub.owner.id ? 'the local owner of this hub' : (subject?.id ?? '');
}

async function planned({ accounts }: LoginParts, { key }: OpenLogin) {
  const context = accounts.contextOf(key.upstream);
  const record = await accounts.find(key);
  const challenge = record?.challenge ?? (await askForChallenge(context));
  return { context, plan: await planSignIn(context, record, challenge) };
}

/** A parameter that is there once; one that is repeated is nobody's word (RFC 6749 §3.1). */
function one(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

function goneLink(): SignalboxError {
  return new SignalboxError(
    'not_found',
    'this link is used up, too old, or from another browser; run "signalbox server login" again',
  );
}

function notYours(): SignalboxError {
  return new SignalboxError(
    'forbidden',
    'this link was made for somebody else; sign out here, or ask for one of your own with "signalbox server login"',
  );
}
