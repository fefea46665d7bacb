import type { IncomingMessage, ServerResponse } from 'node:http';
import { accountPage } from '../pages/account-pages.ts';
import { sendOn, sendPage } from '../pages/page.ts';
import { readForm } from '../server/form-body.ts';
import type { SignedIn } from '../sessions/browser.ts';
import type { FlowParts } from './flow-parts.ts';

/** Shows a person their sign-ins, and ends what they end. */
export async function serveAccount(
  parts: FlowParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const signedIn = await parts.browser.find(request);
  if (!signedIn) return sendOn(response, `${parts.place().path}/sign-in`);
  if (request.method === 'POST') return change(parts, signedIn, { request, response });
  const { person, session } = signedIn;
  const sessions = await parts.sessions.list(person.id);
  const grants = await parts.grants.list(person.id);
  const passkeys = await parts.directory.passkeys(person.id);
  const passkeyOptions = await parts.passkeys.addOptions(person);
  const page = accountPage({
    base: parts.place().path,
    token: await parts.forms.issue(request, response),
    name: person.name,
    sessions: sessions.map(({ id, agent, createdAt }) => ({
      id,
      text: `${agent || 'a browser'}, since ${day(createdAt)}`,
      isThis: id === session.id,
    })),
    grants: grants.map(({ id, client, scopes, createdAt }) => ({
      id,
      text: `${client}: ${scopes.join(' ')}, since ${day(createdAt)}`,
    })),
    passkeys: passkeys.map(({ label, createdAt }) => ({ label, text: `since ${day(createdAt)}` })),
    ...(passkeyOptions === undefined ? {} : { passkeyOptions }),
  });
  sendPage(response, page);
}

async function change(
  parts: FlowParts,
  { person }: SignedIn,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const form = await readForm(request);
  await parts.forms.check(request, form.get('token'));
  const base = parts.place().path;
  const id = form.get('id') ?? '';
  switch (form.get('step')) {
    case 'sign-out':
      await parts.browser.signOut(request, response);
      return sendOn(response, `${base}/signed-out`);
    case 'end-session':
      await parts.sessions.end(person.id, id);
      break;
    case 'end-grant':
      await endGrant(parts, person.id, id);
      break;
    case 'add-passkey':
      await parts.passkeys.add(person, form.get('answer') ?? '', form.get('label') ?? '');
      break;
    default:
      break;
  }
  sendOn(response, `${base}/account`);
}

/** Ends a grant of this person; nothing happens to those of others. */
async function endGrant({ grants }: FlowParts, person: string, id: string): Promise<void> {
  const grant = await grants.find(id);
  if (grant?.person === person) await grants.revoke(id);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
