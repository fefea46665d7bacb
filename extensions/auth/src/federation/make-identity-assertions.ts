import {
  type Clock,
  type Directory,
  type IdentityAssertion,
  type IdentityAssertions,
  SignalboxError,
  sleep,
} from '@signalbox/sdk';
import type { KeptIdentities, KeptIdentity } from '../store/kept-identities.ts';
import type { IdentityProviders } from './identity-providers.ts';
import type { IdentityProvider } from './provider-settings.ts';

/** What assertions are made from. */
export interface AssertionParts {
  readonly clock: Clock;
  readonly directory: Directory;
  readonly providers: IdentityProviders;
  /** Absent where nothing is kept. */
  readonly identities: KeptIdentities | undefined;
}

const marginMs = 30_000;
const leaseMs = 30_000;
const pollMs = 100;

/** Gives out what providers said of people, renewed where it is over, once for all who ask meanwhile, on all nodes. */
export function makeIdentityAssertions(parts: AssertionParts): IdentityAssertions {
  const renewals = new Map<string, Promise<KeptIdentity | undefined>>();
  const renewOnce = (
    identities: KeptIdentities,
    person: string,
    provider: IdentityProvider,
  ): Promise<KeptIdentity | undefined> => {
    const key = JSON.stringify([person, provider.id]);
    const before = renewals.get(key);
    if (before) return before;
    const renewal = renew(parts, identities, { person, provider }).finally(() => renewals.delete(key));
    renewals.set(key, renewal);
    return renewal;
  };
  return {
    assertionOf: async (org, person, id) => {
      const provider = parts.providers.find(id);
      // security: what a provider of one organization says counts in no other.
      if (!provider?.keepIdentity || !parts.identities || provider.org !== org)
        throw new SignalboxError(
          'upstream_refused',
          `there is no identity provider "${id}" whose sign-ins are kept for organization "${org}"; set keepIdentity: true at it in auth.providers`,
        );
      const kept = await parts.identities.find(person, provider);
      if (!kept || !(await isLinked(parts, provider, { person, subject: kept.subject }))) return undefined;
      const good = isGood(parts, kept) ? kept : await renewOnce(parts.identities, person, provider);
      return good && toAssertion(provider, good);
    },
  };
}

/** A link that was taken away counts at once, whoever has heard of it. */
async function isLinked(
  { directory }: AssertionParts,
  { issuer }: IdentityProvider,
  { person, subject }: { readonly person: string; readonly subject: string },
): Promise<boolean> {
  const linked = await directory.findPersonByIdentity({ issuer, subject });
  return linked?.id === person && linked.isActive;
}

function isGood({ clock }: AssertionParts, { said }: KeptIdentity): boolean {
  return said.expiresAt - marginMs > clock.now();
}

async function renew(
  parts: AssertionParts,
  identities: KeptIdentities,
  { person, provider }: { readonly person: string; readonly provider: IdentityProvider },
): Promise<KeptIdentity | undefined> {
  const giveUpAt = parts.clock.now() + leaseMs;
  for (;;) {
    const kept = await identities.find(person, provider);
    if (!kept || isGood(parts, kept)) return kept;
    if (await identities.lease(person, provider.id, kept.version, leaseMs))
      return renewLeased(parts, identities, { person, provider, kept });
    // Another node renews it now.
    if (parts.clock.now() > giveUpAt) return undefined;
    await sleep(parts.clock, pollMs);
  }
}

async function renewLeased(
  { providers }: AssertionParts,
  identities: KeptIdentities,
  asked: { readonly person: string; readonly provider: IdentityProvider; readonly kept: KeptIdentity },
): Promise<KeptIdentity | undefined> {
  const { person, provider, kept } = asked;
  try {
    const said = await providers.renew(provider, kept.said, kept.subject);
    if (!said) {
      await identities.drop(person, provider.id, kept.version);
      return undefined;
    }
    const renewed = { ...kept, said };
    // Who was signed out meanwhile stays so.
    return (await identities.replace(person, provider, renewed)) ? renewed : undefined;
  } catch (error) {
    await identities.release(person, provider.id, kept.version);
    throw error;
  }
}

function toAssertion(
  { issuer, clientId, clientSecret }: IdentityProvider,
  kept: KeptIdentity,
): IdentityAssertion {
  const secret = clientSecret === undefined ? {} : { clientSecret };
  return { token: kept.said.idToken, issuer, clientId, ...secret };
}
