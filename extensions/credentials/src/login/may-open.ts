import type { IncomingMessage } from 'node:http';
import type { BrowserPages, Directory, HubInfo } from '@signalbox/sdk';
import type { OpenLogin } from '../store/login-store.ts';

/** Whether a browser may go on with a link. */
export type Opening = 'yes' | 'sign-in' | 'no';

/** What is looked at. */
export interface OpeningParts {
  readonly pages: BrowserPages;
  readonly directory: Directory;
  readonly hub: HubInfo;
}

/**
 * Whether the person in this browser is the one a link was made for; without this, whoever is talked into opening it
 * would connect their account to somebody else (2025-11-25, client/elicitation, "Phishing"). The local owner, whom no
 * browser knows, shows it by sitting at the machine of the hub, with a link of their own.
 */
export async function mayOpen(
  { pages, directory, hub }: OpeningParts,
  request: IncomingMessage,
  { key, opener }: OpenLogin,
): Promise<Opening> {
  const isOwners = opener === hub.owner.id;
  // security: behind a proxy, which may add no header, every browser comes from this machine.
  if (isOwners && hub.publicUrl === undefined && isFromThisMachine(request)) return 'yes';
  const person = await pages.whoIsSignedIn(request);
  if (!person) return 'sign-in';
  if (person.id === opener) return 'yes';
  if (!isOwners && opener !== '') return 'no';
  const memberships = await directory.memberships(person.id);
  return memberships.some(({ org, level }) => org === key.org && level === 'anchor') ? 'yes' : 'no';
}

const forwarding = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** True for a request of a program on this machine that no proxy has passed on. */
function isFromThisMachine({ socket, headers }: IncomingMessage): boolean {
  const address = socket.remoteAddress ?? '';
  const isLoopback = address === '::1' || /^(?:::ffff:)?127\./.test(address);
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  const isLocalName = host === 'localhost' || host === '[::1]' || /^127\.[\d.]+$/.test(host);
  return isLoopback && isLocalName && forwarding.every((name) => headers[name] === undefined);
}
