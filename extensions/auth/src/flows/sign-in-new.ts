import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSignalboxError, type Person } from '@signalbox/sdk';
import { messagePage } from '../pages/message-page.ts';
import { sendOn, sendPage } from '../pages/page.ts';
import type { FlowParts } from './flow-parts.ts';

/** Signs in who was just made, and sends them to their page; who cannot be signed in now is told that they are there. */
export async function signInNew(
  { browser, place }: Pick<FlowParts, 'browser' | 'place'>,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  person: Person,
): Promise<void> {
  try {
    await browser.signIn(request, response, { person: person.id, amr: ['pwd'] });
  } catch (error) {
    if (!isSignalboxError(error) || error.code !== 'audit_unavailable') throw error;
    // What was done before stands, so the page must not say that nothing was.
    const text = `${person.name} is there now, but could not be signed in. Sign in a little later.`;
    return sendPage(response, messagePage('Not signed in yet', text, error.code), error.facts.http);
  }
  sendOn(response, `${place().path}/account`);
}
