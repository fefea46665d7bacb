import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressGroup, clientAddress, isSignalboxError, type Person, SignalboxError } from '@signalbox/sdk';
import { admitVisitor } from '../federation/admit-visitor.ts';
import type { PendingSignIn, SignInGoal } from '../federation/pending-sign-ins.ts';
import type { IdentityProvider } from '../federation/provider-settings.ts';
import type { Visitor } from '../federation/visitor.ts';
import { goingOnPage } from '../pages/going-on-page.ts';
import { messagePage } from '../pages/message-page.ts';
import { type Page, sendOn, sendPage } from '../pages/page.ts';
import { fromBrowser } from '../trail/trail.ts';
import type { FlowParts } from './flow-parts.ts';
import type { ProviderProblem } from './provider-problems.ts';
import { takeReturnPath } from './return-path.ts';

/** A request of a browser. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Where a provider's answers go. */
export const callbackPath = '/sign-in/callback/';

/** Clocks of two parties differ. */
const skewMs = 60_000;
const longAgoMs = 86_400_000;

/** Sends a browser to an identity provider; gives a problem where that cannot be, so that the page can say so. */
export async function goToProvider(
  parts: FlowParts,
  { request, response }: Exchange,
  asked: { readonly provider: string | null; readonly goal: SignInGoal; readonly isAgain: boolean },
): Promise<ProviderProblem | undefined> {
  const provider = parts.providers.find(asked.provider ?? '');
  if (!provider) throw new SignalboxError('not_found', 'there is no such identity provider');
  if (!parts.providerStarts.take(addressGroup(clientAddress(request) ?? 'unknown'))) return 'too-many';
  const { goal, isAgain } = asked;
  const [nonce, verifier] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')];
  const pending = { provider: provider.id, nonce, verifier, isAgain, goal, startedAt: parts.clock.now() };
  try {
    const state = await parts.pending.begin(request, response, pending);
    const redirectUri = redirectUriOf(parts, provider);
    const address = await parts.providers.addressFor(provider, { ...pending, state, redirectUri });
    sendPage(response, goingOnPage(provider.title, address));
    return undefined;
  } catch (error) {
    if (isSignalboxError(error) && error.code === 'upstream_unavailable') return 'provider-down';
    throw error;
  }
}

/** Takes who comes back from an identity provider to what they had begun. */
export async function serveProviderCallback(parts: FlowParts, exchange: Exchange, id: string): Promise<void> {
  const { request, response } = exchange;
  const query = (request.url ?? '').split('?')[1] ?? '';
  const state = new URLSearchParams(query).get('state') ?? '';
  // A state of one provider is worth nothing at the address of another (RFC 9207 §1: mix-up).
  const pending = await parts.pending.take(request, state, id);
  const provider = parts.providers.find(id);
  if (!pending || !provider) return sendPage(response, overPage(), 400);
  const visitor = await visitorOf(parts, provider, { query, state, pending });
  if (typeof visitor === 'string') {
    await tellFailed(parts, exchange, { provider: id, reason: visitor });
    return goBack(parts, exchange, pending, { problem: visitor });
  }
  if (pending.goal.kind === 'link') return link(parts, exchange, { pending, provider, visitor });
  const admission = await admitVisitor(parts, provider, visitor, fromBrowser(request));
  if ('problem' in admission) {
    const { problem, known } = admission;
    await tellFailed(parts, exchange, { provider: id, reason: problem, known });
    return goBack(parts, exchange, pending, { problem });
  }
  const session = await parts.browser.signIn(request, response, {
    person: admission.person.id,
    amr: ['fed'],
    authAt: authAtOf(visitor, parts.clock.now()),
  });
  await keepSaid(parts, admission.person.id, { provider, visitor });
  const { goal } = pending;
  const done =
    goal.kind === 'interaction' ? { 'signed-in': parts.pending.sealDone(goal.id, session.id) } : {};
  goBack(parts, exchange, pending, done);
}

async function tellFailed(
  { trail }: FlowParts,
  { request }: Exchange,
  failed: { readonly provider: string; readonly reason: string; readonly known?: Person | undefined },
): Promise<void> {
  await trail.failed({ method: 'federated', ...failed }, fromBrowser(request));
}

/** Who came back, or why they do not come in. */
async function visitorOf(
  { providers, place }: FlowParts,
  provider: IdentityProvider,
  { query, state, pending }: { query: string; state: string; pending: PendingSignIn },
): Promise<Visitor | ProviderProblem> {
  try {
    const attempt = { ...pending, state, redirectUri: redirectUriOf({ place }, provider) };
    const visitor = await providers.redeem(provider, query, attempt);
    const isFresh = (visitor.authAt ?? 0) >= pending.startedAt - skewMs;
    return pending.isAgain && !isFresh ? 'not-fresh' : visitor;
  } catch (error) {
    if (!isSignalboxError(error)) throw error;
    if (error.code === 'upstream_unavailable') return 'provider-down';
    if (error.code !== 'unauthenticated') throw error;
    return new URLSearchParams(query).has('error') ? 'provider-refused' : 'provider-failed';
  }
}

/** Links the account to who is signed in, if that is still who began, in the session they began in. */
async function link(
  parts: FlowParts,
  exchange: Exchange,
  { pending, provider, visitor }: { pending: PendingSignIn; provider: IdentityProvider; visitor: Visitor },
): Promise<void> {
  const { goal } = pending;
  const signedIn = await parts.browser.find(exchange.request);
  if (goal.kind !== 'link' || signedIn?.session.id !== goal.session || signedIn.person.id !== goal.person)
    return sendPage(exchange.response, overPage(), 400);
  const { issuer, subject, roles } = visitor;
  const owner = await parts.directory.findPersonByIdentity({ issuer, subject });
  if (owner && owner.id !== goal.person)
    return goBack(parts, exchange, pending, { problem: 'linked-already' });
  const [origin, { org }] = [fromBrowser(exchange.request), provider];
  const place = { provider: provider.id, org };
  const { directory, membershipTrail: trail } = parts;
  const perform = trail.identity(true, place, origin);
  if (!owner) await directory.linkIdentity({ issuer, subject }, { id: goal.person }, perform);
  await directory.setFederatedRoles(goal.person, { org, issuer, roles }, trail.roles(place, origin));
  await keepSaid(parts, goal.person, { provider, visitor });
  goBack(parts, exchange, pending, {});
}

/** Keeps what the provider said, for upstreams that go by it. */
async function keepSaid(
  { identities }: FlowParts,
  person: string,
  { provider, visitor }: { readonly provider: IdentityProvider; readonly visitor: Visitor },
): Promise<void> {
  const { subject, said } = visitor;
  if (said) await identities?.keep(person, provider, { subject, said });
}

function goBack(
  { place }: FlowParts,
  { request, response }: Exchange,
  { goal }: PendingSignIn,
  told: { readonly [name: string]: string },
): void {
  const path = pathOf(goal, 'problem' in told);
  const query = new URLSearchParams(told).toString();
  const isDone = goal.kind === 'page' && !('problem' in told);
  const returnTo = isDone ? takeReturnPath({ place }, request, response) : undefined;
  sendOn(response, returnTo ?? `${place().path}${path}${query === '' ? '' : `?${query}`}`);
}

function pathOf(goal: SignInGoal, isProblem: boolean): string {
  switch (goal.kind) {
    case 'interaction':
      return `/oauth/interaction/${goal.id}`;
    case 'page':
      return isProblem ? '/sign-in' : '/account';
    case 'link':
      return '/account';
    default:
      return goal satisfies never;
  }
}

function redirectUriOf({ place }: Pick<FlowParts, 'place'>, { id }: IdentityProvider): string {
  return `${place().baseUrl}${callbackPath}${id}`;
}

/** A provider that does not say when somebody signed in there says nothing of their being there now. */
function authAtOf({ authAt }: Visitor, now: number): number {
  return Math.min(authAt ?? now - longAgoMs, now);
}

function overPage(): Page {
  return messagePage(
    'This sign-in is over',
    'It was begun in another browser, was finished already, or took too long. Start again where you came from.',
    'not_found',
  );
}
