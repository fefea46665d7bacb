import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSignalboxError, type Person } from '@signalbox/sdk';
import { messagePage } from '../pages/message-page.ts';
import { newPersonPage } from '../pages/new-person-page.ts';
import { sendPage } from '../pages/page.ts';
import { readForm } from '../server/form-body.ts';
import { fromBrowser } from '../trail/trail.ts';
import type { FlowParts } from './flow-parts.ts';
import { signInNew } from './sign-in-new.ts';

/** Makes the first owner of the hub from the one-time link its first start prints. */
export async function serveSetup(
  parts: FlowParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!(await parts.directory.needsFirstOwner()))
    return sendPage(response, messagePage('This hub has an owner', 'Sign in, or ask to be invited.'), 404);
  if (request.method !== 'POST')
    return show(parts, {
      request,
      response,
      link: new URL(request.url ?? '/', 'http://hub').searchParams.get('token') ?? '',
    });
  const form = await readForm(request);
  await parts.forms.check(request, form.get('token'));
  const link = form.get('link') ?? '';
  const owner = readNewPerson(form);
  const perform = parts.membershipTrail.firstOwner(fromBrowser(request));
  let person: Person;
  try {
    person = await parts.directory.createFirstOwner(link, owner, perform);
  } catch (error) {
    return show(parts, { request, response, link, problem: problemOf(error), ...owner });
  }
  await signInNew(parts, { request, response }, person);
}

/** What a form says of a new person. */
export function readNewPerson(form: URLSearchParams): { login: string; name: string; password: string } {
  return {
    login: (form.get('login') ?? '').trim(),
    name: (form.get('name') ?? '').trim(),
    password: form.get('password') ?? '',
  };
}

/** What to tell of an error a person can do something about; others are thrown on. */
export function problemOf(error: unknown): string {
  if (isSignalboxError(error) && error.facts.isSafe && error.facts.http < 500) return error.message;
  throw error;
}

async function show(
  parts: FlowParts,
  {
    request,
    response,
    link,
    problem,
    login,
    name,
  }: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly link: string;
    readonly problem?: string;
    readonly login?: string;
    readonly name?: string;
  },
): Promise<void> {
  const page = newPersonPage({
    title: 'Set up this hub',
    text: 'You become its first owner. The link works once, and for an hour after the hub was started.',
    action: `${parts.place().path}/setup`,
    token: await parts.forms.issue(request, response),
    link,
    ...(problem === undefined ? {} : { problem }),
    ...(login === undefined ? {} : { login }),
    ...(name === undefined ? {} : { name }),
  });
  sendPage(response, page, problem === undefined ? 200 : 400);
}
