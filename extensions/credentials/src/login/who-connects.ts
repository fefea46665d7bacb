import type { IncomingMessage } from 'node:http';
import { clientAddress } from '@signalbox/sdk';
import type { AccountActor } from '../account/account-trail.ts';
import type { LoginParts } from './login-flow.ts';

/** Who is at the browser, as the audit tells of it; nobody signed in is the local owner, who needs no sign-in. */
export async function whoConnects(
  { pages }: Pick<LoginParts, 'pages'>,
  request: IncomingMessage,
  { opener }: { readonly opener: string },
): Promise<AccountActor> {
  const person = await pages.whoIsSignedIn(request);
  const actor = { type: 'user', id: person?.id ?? opener };
  return { actor, interface: 'browser', address: clientAddress(request) };
}
