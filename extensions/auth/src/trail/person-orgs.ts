import type { Directory, Log } from '@signalbox/sdk';

/** What the organizations of people are looked up with. */
export interface PersonOrgsParts {
  readonly directory: Pick<Directory, 'memberships'>;
  readonly log: Log;
}

/** Where who belongs to no organization is told of. */
const homeOrg = 'local';

/** The organizations that are told of a person. Errors: those of the store. */
export async function readPersonOrgs(
  { directory }: PersonOrgsParts,
  person: string,
): Promise<readonly string[]> {
  const memberships = await directory.memberships(person);
  return memberships.length > 0 ? memberships.map(({ org }) => org) : [homeOrg];
}

/** The same for what has happened already: where nobody can say, the one of the hub. */
export async function findPersonOrgs(parts: PersonOrgsParts, person: string): Promise<readonly string[]> {
  try {
    return await readPersonOrgs(parts, person);
  } catch (cause) {
    parts.log.warn('the organizations of a person could not be read for the audit', { cause });
    return [homeOrg];
  }
}
