import type { Directory } from '@signalbox/sdk';
import type { DirectoryParts } from './directory-parts.ts';
import { invitationOperations } from './org/invitations.ts';
import { identityOperations } from './people/identities.ts';
import { judgePassword } from './people/judge-password.ts';
import { passkeyOperations } from './people/passkeys.ts';
import { normalizeLogin, readPerson } from './people/read-person.ts';
import { levelOf } from './principal/level-of.ts';
import { allRolesOf } from './principal/subject-facts.ts';
import { firstOwnerOperations } from './setup/first-owner.ts';
import { readLevel } from './store/stored-json.ts';

/** The directory as other extensions use it. */
export function makeDirectory(parts: DirectoryParts): Directory {
  const { changes, principals, keys } = parts;
  return {
    findPerson: async (id) => (await readPerson(changes.rows, 'id', id))?.person,
    hasService: (id) => hasService(parts, id),
    findPersonByLogin: async (login) =>
      (await readPerson(changes.rows, 'login', normalizeLogin(login)))?.person,
    judgePassword: (login, password, address) => judgePassword(parts, { login, password, address }),
    memberships: (personId) => readMemberships(parts, personId),
    orgsOf: (personId) => readOrgs(parts, personId),
    principalOf: (subject, facts) => principals.of(subject, facts),
    principalOfKey: async (key, address) => {
      const read = await keys.read(key, address);
      return read && principals.of(read.subject, read.facts);
    },
    ...identityOperations(parts),
    ...passkeyOperations(parts),
    ...firstOwnerOperations(parts),
    ...invitationOperations(parts),
  };
}

async function hasService({ changes }: DirectoryParts, id: string): Promise<boolean> {
  const row = await changes.rows
    .selectFrom('directory_services')
    .select('id')
    .where('id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}

/** Where a person has a place, active or not. */
async function readOrgs({ changes }: DirectoryParts, personId: string): Promise<readonly string[]> {
  const rows = await changes.rows
    .selectFrom('directory_memberships')
    .select('org')
    .where('person', '=', personId)
    .orderBy('org')
    .execute();
  return rows.map(({ org }) => org);
}

/** Where a person is a member, of what is active. */
async function readMemberships(
  { changes }: DirectoryParts,
  personId: string,
): ReturnType<Directory['memberships']> {
  const rows = await changes.rows
    .selectFrom('directory_memberships as m')
    .innerJoin('directory_orgs as o', 'o.id', 'm.org')
    .innerJoin('directory_people as p', 'p.id', 'm.person')
    .select(['m.org', 'o.name as orgName', 'm.roles', 'm.federated_roles', 'm.level'])
    .where('m.person', '=', personId)
    .where('m.is_active', '=', 1)
    .where('o.is_active', '=', 1)
    .where('p.is_active', '=', 1)
    .orderBy('m.org')
    .execute();
  return rows.map((row) => {
    const roles = allRolesOf(row);
    const level = levelOf(row.level === null ? null : readLevel(row.level), roles);
    return { org: row.org, orgName: row.orgName, roles, level };
  });
}
