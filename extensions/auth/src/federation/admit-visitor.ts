import { hash } from 'node:crypto';
import { type Directory, type ForeignIdentity, isSignalboxError, type Person } from '@signalbox/sdk';
import type { MembershipTrail } from '../trail/membership-trail.ts';
import type { Origin } from '../trail/trail.ts';
import type { IdentityProvider } from './provider-settings.ts';
import type { Visitor } from './visitor.ts';

/** What newcomers are admitted with. */
export interface AdmissionParts {
  readonly directory: Directory;
  readonly membershipTrail: MembershipTrail;
}

/** The person somebody is here, or why they do not come in. */
export type Admission =
  | { readonly person: Person }
  | { readonly problem: 'not-known' | 'shut-out'; readonly known?: Person };

type Link = (
  identity: ForeignIdentity,
  person: { readonly login: string; readonly name: string; readonly email?: string },
) => Promise<Person>;

/**
 * Finds who a visitor is here, by issuer and subject alone, and gives them the roles their groups bring now: those the
 * provider gave before and does not give any more are gone, those given by hand stay.
 */
export async function admitVisitor(
  { directory, membershipTrail: trail }: AdmissionParts,
  provider: IdentityProvider,
  visitor: Visitor,
  origin: Origin,
): Promise<Admission> {
  const { issuer, subject, roles } = visitor;
  const known = await directory.findPersonByIdentity({ issuer, subject });
  if (known && !known.isActive) return { problem: 'shut-out', known };
  // Who has no role of the map has no place here.
  if (!known && (provider.newcomers === 'refuse' || roles.length === 0)) return { problem: 'not-known' };
  const place = { provider: provider.id, org: provider.org };
  const link: Link = (identity, as) =>
    directory.linkIdentity(identity, as, trail.identity(false, place, origin));
  const person = known ?? (await addPerson({ directory, link }, provider, visitor));
  const given = { org: provider.org, issuer, roles };
  await directory.setFederatedRoles(person.id, given, trail.roles(place, origin));
  return { person };
}

/** Makes a new person; a login that is taken or cannot be one is replaced and never leads to whom it belongs to. */
async function addPerson(
  { directory, link }: { readonly directory: Directory; readonly link: Link },
  { id, issuer }: IdentityProvider,
  { subject, login, name, email }: Visitor,
): Promise<Person> {
  const mark = hash('sha256', `${issuer} ${subject}`, 'hex').slice(0, 12);
  const spare = `${id}-${mark}`;
  const wanted = login?.toLowerCase() ?? spare;
  const add = (as: string): Promise<Person> =>
    link(
      { issuer, subject },
      { login: as, name: name ?? login ?? as, ...(email === undefined ? {} : { email }) },
    );
  try {
    return await add(wanted);
  } catch (error) {
    if (!isSignalboxError(error) || !['conflict', 'invalid_params'].includes(error.code)) throw error;
    // Two browsers of one newcomer at once: who came second finds the person there.
    return (await directory.findPersonByIdentity({ issuer, subject })) ?? (await add(spare));
  }
}
