import type { Directory, Log } from '@signalbox/sdk';

/** What the organizations of people are looked up with. */
export interface PersonOrgsParts {
  readonly directory: Pick<Directory, 'orgsOf'>;
  readonly log: Log;
}

/** Where who belongs to no organization is told of. */
const homeOrg = 'local';

/**
 * The organizations that are told of a person: those they have a place in, also where it is shut, for it is theirs all the
 * same. Errors: those of the store.
 */
export async function readPersonOrgs(
  { directory }: PersonOrgsParts,
  person: string,
): Promise<readonly string[]> {
  return orHome(await directory.orgsOf(person));
}

/**
 * The same for what has happened already, with those that are known from before: who was removed has no place any more.
 * Where nobody can say, it is the one of the hub.
 */
export async function findPersonOrgs(
  parts: PersonOrgsParts,
  person: string,
  before: readonly string[] = [],
): Promise<readonly string[]> {
  return orHome([...before, ...(await findOwnOrgs(parts, person))]);
}

/** Those a person has a place in, for what has happened already: none where nobody can say. */
export async function findOwnOrgs(
  { directory, log }: PersonOrgsParts,
  person: string,
): Promise<readonly string[]> {
  try {
    return await directory.orgsOf(person);
  } catch (cause) {
    log.warn('the organizations of a person could not be read for the audit', { cause });
    return [];
  }
}

/** Organizations, or the one of the hub where there are none. */
export function orHome(orgs: readonly string[]): readonly string[] {
  return orgs.length > 0 ? [...new Set(orgs)] : [homeOrg];
}
