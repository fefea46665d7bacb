import type { IncomingMessage, ServerResponse } from 'node:http';
import { consentPage } from '../pages/consent-page.ts';
import { sendOn, sendPage } from '../pages/page.ts';
import { signInPage } from '../pages/sign-in-page.ts';
import type { Interaction } from '../server/authorization-server.ts';
import { isLoopback } from '../server/check-registration.ts';
import { readForm } from '../server/form-body.ts';
import { pathOfResource, scopesOf, serverScopes } from '../server/resources.ts';
import type { Session } from '../sessions/sessions.ts';
import { fromBrowser } from '../trail/trail.ts';
import { checkPerson } from './check-person.ts';
import type { FlowParts } from './flow-parts.ts';
import { goToProvider } from './provider-flow.ts';
import { problemText } from './provider-problems.ts';

const freshMs = 10 * 60_000;

/** A request of the browser within an interaction. */
interface Step {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly asked: Interaction;
}

/** Leads a person from a client's request to its answer: sign in, then allow or refuse. */
export async function serveInteraction(
  parts: FlowParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const asked = await parts.server.interaction(request, response);
  const step = { request, response, asked };
  if (request.method === 'POST') return takeForm(parts, step);
  if (asked.asks === 'consent') return askConsent(parts, step);
  const query = new URL(request.url ?? '/', 'http://hub').searchParams;
  const signedIn = await parts.browser.find(request);
  const isEnough =
    !asked.mustSignIn ||
    (signedIn && parts.pending.isDone(query.get('signed-in'), asked.id, signedIn.session.id));
  if (signedIn && isEnough) return parts.server.signedIn(request, response, signedIn.session);
  return askSignIn(parts, step, { problem: problemText(query.get('problem')) });
}

async function takeForm(parts: FlowParts, step: Step): Promise<void> {
  const { request } = step;
  const form = await readForm(request);
  await parts.forms.check(request, form.get('token'));
  switch (form.get('step')) {
    case 'sign-in':
    case 'passkey':
      return signIn(parts, step, form);
    case 'provider':
      return goOn(parts, step, form);
    case 'allow':
      return allow(parts, step, form);
    case 'again':
      return askSignIn(parts, step);
    default:
      return refuse(parts, step, 'refused');
  }
}

async function signIn(parts: FlowParts, step: Step, form: URLSearchParams): Promise<void> {
  const { request, response, asked } = step;
  const outcome = await checkPerson(parts, request, form, asked.client);
  if ('problem' in outcome)
    return askSignIn(parts, step, { problem: outcome.problem, login: form.get('login') ?? '' });
  const session = await parts.browser.signIn(request, response, {
    person: outcome.person.id,
    amr: outcome.amr,
  });
  if (asked.asks === 'sign-in') return parts.server.signedIn(request, response, session);
  // Signed in again to hand on more; somebody else must begin anew.
  if (asked.person !== session.person) return refuse(parts, step, 'another-person');
  sendOn(response, `${parts.place().path}${request.url ?? ''}`);
}

/** To an identity provider; where a session that is there is not enough, the person must show there anew who they are. */
async function goOn(parts: FlowParts, step: Step, form: URLSearchParams): Promise<void> {
  const { asked } = step;
  const problem = await goToProvider(parts, step, {
    provider: form.get('provider'),
    goal: { kind: 'interaction', id: asked.id },
    isAgain: asked.mustSignIn || asked.asks === 'consent',
  });
  if (problem) await askSignIn(parts, step, { problem: problemText(problem) });
}

async function askSignIn(
  parts: FlowParts,
  { request, response, asked }: Step,
  { problem, login }: { readonly problem?: string | undefined; readonly login?: string } = {},
): Promise<void> {
  const token = await parts.forms.issue(request, response);
  const passkeyOptions = await parts.passkeys.signInOptions();
  const page = signInPage({
    action: `${parts.place().path}/oauth/interaction/${asked.id}`,
    token,
    client: asked.client.name,
    formTargets: formTargets(asked),
    ...(passkeyOptions === undefined ? {} : { passkeyOptions }),
    providers: parts.providers.all,
    ...(problem === undefined ? {} : { problem }),
    ...(login === undefined ? {} : { login }),
  });
  sendPage(response, page, problem === undefined ? 200 : 401);
}

async function askConsent(parts: FlowParts, step: Step): Promise<void> {
  const { request, response, asked } = step;
  const signedIn = await parts.browser.find(request);
  if (!signedIn || signedIn.person.id !== asked.person) return askSignIn(parts, step);
  const memberships = await parts.directory.memberships(signedIn.person.id);
  const redirect = asked.redirectUri === undefined ? undefined : URL.parse(asked.redirectUri);
  const registered = await parts.clients.find(asked.client.id);
  const page = consentPage({
    action: `${parts.place().path}/oauth/interaction/${asked.id}`,
    token: await parts.forms.issue(request, response),
    client: asked.client.name,
    vouchedBy: asked.client.isDocument
      ? { kind: 'host', host: new URL(asked.client.id).host }
      : { kind: registered?.origin ?? 'itself' },
    person: signedIn.person.name,
    redirectTo: redirect === undefined ? 'the device that shows a code' : (redirect?.host ?? 'nowhere'),
    isLoopback: redirect !== undefined && redirect !== null && isLoopback(redirect.hostname),
    resource: canonical(parts, asked),
    scopes: allowedScopes(parts, asked),
    orgs: memberships.map(({ org, orgName }) => ({ id: org, name: orgName })),
    canGiveAnchor: memberships.some(({ level }) => level === 'anchor'),
    isFresh: isFresh(parts, signedIn.session),
    formTargets: formTargets(asked),
  });
  sendPage(response, page);
}

async function allow(parts: FlowParts, step: Step, form: URLSearchParams): Promise<void> {
  const { request, response, asked } = step;
  const signedIn = await parts.browser.find(request);
  if (asked.asks !== 'consent' || !signedIn || signedIn.person.id !== asked.person)
    return askSignIn(parts, step);
  const memberships = await parts.directory.memberships(signedIn.person.id);
  const membership = memberships.find(({ org }) => org === form.get('org'));
  if (!membership) return refuse(parts, step, 'not-a-member');
  const wantsAnchor = form.get('cap') === 'anchor';
  const mayAnchor = membership.level === 'anchor' && isFresh(parts, signedIn.session);
  if (wantsAnchor && !mayAnchor) return askSignIn(parts, step);
  await parts.server.allow(request, response, {
    person: signedIn.person.id,
    org: membership.org,
    cap: wantsAnchor ? 'anchor' : 'trusted',
    scopes: allowedScopes(parts, asked),
    // Any program of this machine can take a loopback redirection, so its name proves nothing (RFC 8252 §8.6).
    isRemembered: asked.redirectUri?.startsWith('https:') ?? false,
    session: signedIn.session,
  });
}

/** Refuses what a client has asked for; told of where it is known who refuses. */
async function refuse(
  parts: FlowParts,
  { request, response, asked }: Step,
  reason: 'refused' | 'another-person' | 'not-a-member',
): Promise<void> {
  const session = await parts.browser.sessionOf(request);
  const { client, scopes, resource } = asked;
  const { id, name } = client;
  if (session)
    await parts.trail.refused(
      { person: session.person, client: { id, name }, scopes, resource, reason },
      fromBrowser(request),
    );
  return parts.server.refuse(request, response);
}

function isFresh({ clock }: FlowParts, { authAt }: Session): boolean {
  return clock.now() - authAt <= freshMs;
}

function canonical({ place }: FlowParts, { resource }: Interaction): string {
  const { baseUrl } = place();
  return `${baseUrl}${pathOfResource(baseUrl, resource) ?? ''}`;
}

/** What is asked and exists at the resource; the rest is not granted. */
function allowedScopes({ place }: FlowParts, { resource, scopes }: Interaction): string[] {
  const path = pathOfResource(place().baseUrl, resource) ?? '';
  const known = new Set<string>([...serverScopes, ...(scopesOf(path) ?? [])]);
  return scopes.filter((scope) => known.has(scope));
}

/** Browsers hold a form's redirections against the policy of its page (CSP Level 3, form-action). */
function formTargets({ redirectUri }: Interaction): string[] {
  const url = redirectUri === undefined ? null : URL.parse(redirectUri);
  if (!url) return [];
  return [url.origin === 'null' ? url.protocol : url.origin];
}
