import type { BrowserPage } from '@signalbox/sdk';
import type { AccountKey } from '../account/account-key.ts';
import type { Accounts } from '../account/accounts.ts';
import { askForChallenge } from '../oauth/ask-for-challenge.ts';
import { IdentityNeeded } from '../oauth/identity-needed.ts';
import { identityOf } from '../oauth/identity-of.ts';
import { hostOf } from '../oauth/oauth-failure.ts';
import type { LoginParts, Visit } from './login-flow.ts';
import { whoConnects } from './who-connects.ts';

/** A link that was opened by who may. */
export interface OpenedLink {
  readonly id: string;
  readonly key: AccountKey;
  /** Path of its page. */
  readonly action: string;
}

/**
 * The page of a link where the person's own sign-in at an identity provider of the hub says who they are: it sends them to
 * sign in with it when there is none, and connects the account when there is.
 */
export async function serveIdentityLogin(
  parts: LoginParts,
  { request, response }: Visit,
  { id, key, action }: OpenedLink,
): Promise<void> {
  const { pages, accounts, links } = parts;
  const isKnown = await hasIdentity(accounts, key);
  if (request.method !== 'POST')
    return pages.show(request, response, identityPage(accounts, { key, action, isKnown }));
  const step = (await pages.readForm(request)).get('step');
  if (step === 'sign-in') return pages.askToSignIn(request, response, action);
  if (step !== 'connect' || !isKnown)
    return pages.show(request, response, { title: 'Not connected', text: ['Nothing was changed.'] });
  const by = await whoConnects(parts, request, { opener: '' });
  await accounts.parts.trail.connect({ key, scopes: [] }, by, () => connect(accounts, key));
  await accounts.parts.logins.remove(id);
  links.used(key);
  parts.log.info('an account at an upstream was connected', { upstream: key.upstream, org: key.org });
  await pages.show(request, response, {
    title: 'Connected',
    text: [`${key.upstream} is connected. You can close this page.`],
  });
}

async function hasIdentity(accounts: Accounts, key: AccountKey): Promise<boolean> {
  try {
    await identityOf(accounts.contextOf(key.upstream), key);
    return true;
  } catch (error) {
    if (error instanceof IdentityNeeded) return false;
    throw error;
  }
}

/** Gets the first token, as a refused call would. */
async function connect(accounts: Accounts, key: AccountKey): Promise<void> {
  const account = accounts.accountAt(key);
  const { context } = account.parts;
  if (!(await accounts.find(key))?.challenge) {
    const { urlHash } = context;
    const empty = { key, urlHash, issuer: '', resource: '', state: 'none', scopes: [] } as const;
    await account.adopt(
      await accounts.parts.accounts.save({ ...empty, challenge: await askForChallenge(context) }),
    );
  }
  const record = await account.load();
  if (record && !account.isFresh(record)) await account.renew(record.version);
}

function identityPage(
  accounts: Accounts,
  { key, action, isKnown }: { readonly key: AccountKey; readonly action: string; readonly isKnown: boolean },
): BrowserPage {
  const { upstream, url } = accounts.contextOf(key.upstream);
  const { identity } = upstream.credentials;
  const provider = identity && 'provider' in identity ? identity.provider : '';
  return {
    title: `Connect ${upstream.name}?`,
    facts: [
      { label: 'Upstream', text: `${upstream.name} at ${hostOf(url)}` },
      { label: 'It knows you by', text: `your sign-in here with "${provider}"` },
    ],
    ...(isKnown ? {} : { text: [`Sign in here with "${provider}" first, then come back to this page.`] }),
    warning:
      'The hub will act as you when you use this upstream. Go on only if you have asked for this yourself.',
    form: {
      action,
      buttons: [
        isKnown ? { step: 'connect', text: 'Connect' } : { step: 'sign-in', text: 'Sign in' },
        { step: 'cancel', text: 'Cancel' },
      ],
      targets: [],
    },
  };
}
