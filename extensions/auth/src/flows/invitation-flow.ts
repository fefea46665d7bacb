import type { IncomingMessage, ServerResponse } from 'node:http';
import { messagePage } from '../pages/message-page.ts';
import { newPersonPage } from '../pages/new-person-page.ts';
import { sendOn, sendPage } from '../pages/page.ts';
import { readForm } from '../server/form-body.ts';
import { fromBrowser } from '../trail/trail.ts';
import type { FlowParts } from './flow-parts.ts';
import { problemOf, readNewPerson } from './setup-flow.ts';
import { signInNew } from './sign-in-new.ts';

/** Takes somebody into an organization by the link of an invitation. */
export async function serveInvitation(
  parts: FlowParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = request.method === 'POST' ? await readForm(request) : undefined;
  if (form) await parts.forms.check(request, form.get('token'));
  const query = new URL(request.url ?? '/', 'http://hub').searchParams;
  const link = (form ? form.get('link') : query.get('token')) ?? '';
  const invitation = await parts.directory.findInvitation(link);
  if (!invitation)
    return sendPage(response, messagePage('This invitation is over', 'Ask for a new one.', 'not_found'), 404);
  const signedIn = await parts.browser.find(request);
  const given = form && readNewPerson(form);
  let problem: string | undefined;
  if (form && given) {
    const isMe = form.get('step') === 'as-me' && signedIn !== undefined;
    try {
      const who = isMe ? { id: signedIn.person.id } : given;
      const perform = parts.membershipTrail.invitation(isMe, fromBrowser(request));
      const person = await parts.directory.acceptInvitation(link, who, perform);
      if (!isMe) return signInNew(parts, { request, response }, person);
      return sendOn(response, `${parts.place().path}/account`);
    } catch (error) {
      problem = problemOf(error);
    }
  }
  const page = newPersonPage({
    title: `Join ${invitation.orgName}`,
    text: `You are invited as ${invitation.roles.join(', ') || 'a member'}.`,
    action: `${parts.place().path}/invitation`,
    token: await parts.forms.issue(request, response),
    link,
    ...(signedIn ? { signedInAs: signedIn.person.name } : {}),
    ...(given ? { login: given.login, name: given.name } : {}),
    ...(problem === undefined ? {} : { problem }),
  });
  sendPage(response, page, problem === undefined ? 200 : 400);
}
