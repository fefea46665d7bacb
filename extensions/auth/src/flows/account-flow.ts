import type { IncomingMessage, ServerResponse } from 'node:http';
import { accountPage } from '../pages/account-pages.ts';
import { browserName } from '../pages/browser-name.ts';
import { sendOn, sendPage } from '../pages/page.ts';
import { readForm } from '../server/form-body.ts';
import type { SignedIn } from '../sessions/browser.ts';
import { fromBrowser, type Origin } from '../trail/trail.ts';
import type { FlowParts } from './flow-parts.ts';
import { goToProvider } from './provider-flow.ts';
import { problemText } from './provider-problems.ts';
import { problemOf } from './setup-flow.ts';

/** Shows a person their sign-ins, and ends what they end. */
export async function serveAccount(
  parts: FlowParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const signedIn = await parts.browser.find(request);
  if (!signedIn) return sendOn(response, `${parts.place().path}/sign-in`);
  if (request.method === 'POST') return change(parts, signedIn, { request, response });
  const query = new URL(request.url ?? '/', 'http://hub').searchParams;
  return show(parts, signedIn, { request, response, problem: problemText(query.get('problem')) });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function show(
  parts: FlowParts,
  { person, session }: SignedIn,
  { request, response, problem }: Exchange & { readonly problem?: string | undefined },
): Promise<void> {
  const sessions = await parts.sessions.list(person.id);
  const grants = await parts.grants.list(person.id);
  const identities = await parts.directory.identities(person.id);
  const passkeys = await parts.directory.passkeys(person.id);
  const passkeyOptions = await parts.passkeys.addOptions(person);
  const page = accountPage({
    base: parts.place().path,
    token: await parts.forms.issue(request, response),
    name: person.name,
    sessions: sessions.map(({ id, agent, createdAt }) => ({
      id,
      text: `${browserName(agent)}, since ${day(createdAt)}`,
      isThis: id === session.id,
    })),
    grants: grants.map(({ id, client, scopes, createdAt }) => ({
      id,
      text: `${client}: ${scopes.join(' ')}, since ${day(createdAt)}`,
    })),
    passkeys: passkeys.map(({ label, createdAt }) => ({ label, text: `since ${day(createdAt)}` })),
    identities: identities.map(({ issuer, subject, createdAt }) => ({
      id: JSON.stringify([issuer, subject]),
      text: `${titleOf(parts, issuer)}, since ${day(createdAt)}`,
    })),
    providers: parts.providers.all.filter((each) => !identities.some(({ issuer }) => issuer === each.issuer)),
    ...(passkeyOptions === undefined ? {} : { passkeyOptions }),
    ...(problem === undefined ? {} : { problem }),
  });
  sendPage(response, page, problem === undefined ? 200 : 400);
}

async function change(parts: FlowParts, signedIn: SignedIn, { request, response }: Exchange): Promise<void> {
  const { person, session } = signedIn;
  const form = await readForm(request);
  await parts.forms.check(request, form.get('token'));
  const base = parts.place().path;
  const id = form.get('id') ?? '';
  switch (form.get('step')) {
    case 'sign-out':
      await parts.browser.signOut(request, response);
      return sendOn(response, `${base}/signed-out`);
    case 'end-session':
      await parts.sessions.end(person.id, id, 'ended-elsewhere', fromBrowser(request));
      break;
    case 'end-grant':
      await endGrant(parts, person.id, id, fromBrowser(request));
      break;
    case 'add-passkey':
      await parts.passkeys.add(
        person,
        { text: form.get('answer') ?? '', label: form.get('label') ?? '' },
        (action) => parts.membershipTrail.passkey(person.id, fromBrowser(request), action),
      );
      break;
    case 'link': {
      const goal = { kind: 'link', person: person.id, session: session.id } as const;
      const asked = { provider: form.get('provider'), goal, isAgain: false };
      const problem = await goToProvider(parts, { request, response }, asked);
      return problem && show(parts, signedIn, { request, response, problem: problemText(problem) });
    }
    case 'unlink': {
      const problem = await unlink(parts, person.id, id, fromBrowser(request));
      if (problem !== undefined) return show(parts, signedIn, { request, response, problem });
      // Whatever was signed in with it ends; it may have been this.
      await parts.browser.signOut(request, response);
      return sendOn(response, `${base}/sign-in`);
    }
    default:
      break;
  }
  sendOn(response, `${base}/account`);
}

/** Takes a linked account away; gives what to tell where it is the only way to sign in. */
async function unlink(
  { directory, membershipTrail }: FlowParts,
  person: string,
  id: string,
  origin: Origin,
): Promise<string | undefined> {
  const found = (await directory.identities(person)).find(
    ({ issuer, subject }) => JSON.stringify([issuer, subject]) === id,
  );
  try {
    if (!found) return undefined;
    await directory.unlinkIdentity(person, { issuer: found.issuer, subject: found.subject });
    await membershipTrail.identityRemoved(person, origin);
    return undefined;
  } catch (error) {
    return problemOf(error);
  }
}

function titleOf({ providers }: FlowParts, issuer: string): string {
  return providers.all.find((each) => each.issuer === issuer)?.title ?? issuer;
}

/** Ends a grant of this person; nothing happens to those of others. */
async function endGrant({ grants }: FlowParts, person: string, id: string, origin: Origin): Promise<void> {
  const grant = await grants.find(id);
  if (grant?.person === person) await grants.revoke(id, 'taken-back', origin);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
