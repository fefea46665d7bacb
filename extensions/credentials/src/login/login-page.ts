import type { BrowserPage } from '@signalbox/sdk';
import type { PlannedSignIn } from '../oauth/begin-sign-in.ts';
import type { OAuthContext } from '../oauth/oauth-context.ts';
import { hostOf } from '../oauth/oauth-failure.ts';

/** Who connects what. */
export interface LoginView {
  readonly action: string;
  readonly context: OAuthContext;
  readonly plan: PlannedSignIn;
  /** Empty for the account of the organization. */
  readonly subject: string;
  /** Whose account it becomes; not asked for where it is the organization's. */
  readonly forWhom: string;
  readonly org: string;
}

/** Tells a person what they are about to connect, before they leave for another site. */
export function loginPage({ action, context, plan, subject, forWhom, org }: LoginView): BrowserPage {
  const { upstream, url } = context;
  const { place, scopes } = plan;
  const isShared = subject === '';
  const endpoint = place.metadata?.authorization_endpoint ?? place.serverUrl;
  return {
    title: `Connect ${upstream.name}?`,
    facts: [
      { label: 'Upstream', text: `${upstream.name} at ${hostOf(url)}` },
      { label: 'You sign in at', text: hostOf(endpoint) },
      {
        label: 'For',
        text: isShared ? `everybody in the organization ${org}` : forWhom,
      },
      // Whoever registered the client by hand has to register this, too.
      ...(upstream.credentials.clientId === undefined
        ? []
        : [{ label: 'Redirect address of its client', text: context.redirectUri(place.issuer) }]),
    ],
    ...(scopes.length > 0
      ? { list: { heading: 'The hub will ask for', items: scopes } }
      : { text: ['The hub asks for no scope; what it may do is decided there.'] }),
    warning: isShared
      ? 'Everybody who may use this upstream will act with the account you sign in to. Go on only if you have asked for this yourself.'
      : `The hub will act with the account you sign in to when ${isService(subject) ? 'this service account uses' : 'you use'} this upstream. Go on only if you have asked for this yourself.`,
    form: {
      action,
      buttons: [
        { step: 'connect', text: 'Connect' },
        { step: 'cancel', text: 'Cancel' },
      ],
      // A server may send the browser on to where its own people sign in.
      targets: [new URL(endpoint).origin, 'https:'],
    },
  };
}

/** True for the account of a machine. */
function isService(subject: string): boolean {
  return subject.startsWith('service:');
}
