import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendOn, sendPage } from '../pages/page.ts';
import { signInPage } from '../pages/sign-in-page.ts';
import { readForm } from '../server/form-body.ts';
import { checkPerson } from './check-person.ts';
import type { FlowParts } from './flow-parts.ts';
import { goToProvider } from './provider-flow.ts';
import { problemText } from './provider-problems.ts';
import { takeReturnPath } from './return-path.ts';

/** Signs somebody in for the hub's own pages; it leads to the page that asked for it, else to the account, never to an address of the request. */
export async function serveSignIn(
  parts: FlowParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') {
    const query = new URL(request.url ?? '/', 'http://hub').searchParams;
    return show(parts, request, response, { problem: problemText(query.get('problem')) });
  }
  const form = await readForm(request);
  await parts.forms.check(request, form.get('token'));
  if (form.get('step') === 'provider') {
    const asked = { provider: form.get('provider'), goal: { kind: 'page' }, isAgain: false } as const;
    const problem = await goToProvider(parts, { request, response }, asked);
    return problem && show(parts, request, response, { problem: problemText(problem) });
  }
  const outcome = await checkPerson(parts, request, form);
  if ('problem' in outcome) {
    const again = { problem: outcome.problem, login: form.get('login') ?? '' };
    return show(parts, request, response, again);
  }
  await parts.browser.signIn(request, response, { person: outcome.person.id, amr: outcome.amr });
  const returnTo = takeReturnPath(parts, request, response);
  sendOn(response, returnTo ?? `${parts.place().path}/account`);
}

async function show(
  parts: FlowParts,
  request: IncomingMessage,
  response: ServerResponse,
  { problem, login }: { readonly problem?: string | undefined; readonly login?: string },
): Promise<void> {
  const token = await parts.forms.issue(request, response);
  const passkeyOptions = await parts.passkeys.signInOptions();
  const page = signInPage({
    action: `${parts.place().path}/sign-in`,
    token,
    ...(passkeyOptions === undefined ? {} : { passkeyOptions }),
    providers: parts.providers.all,
    ...(problem === undefined ? {} : { problem }),
    ...(login === undefined ? {} : { login }),
  });
  sendPage(response, page, problem === undefined ? 200 : 401);
}
