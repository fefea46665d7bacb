import { type Directory, type Person, SignalboxError } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { DirectoryParts } from '../directory-parts.ts';
import { addMembership } from '../org/add-membership.ts';
import { hashOf } from '../org/invitations.ts';
import { hasOwner } from '../org/keep-owner.ts';
import { addPersonRow, checkNewLogin } from '../people/add-person-row.ts';
import { toPerson } from '../people/read-person.ts';
import type { Changing } from '../store/directory-changes.ts';
import type { DirectoryTables } from '../store/directory-tables.ts';
import { hashSecret, newSecret } from '../store/hash-secret.ts';
import { newId } from '../store/new-id.ts';

/** The organization whose owners own the hub. */
export const hubOrg = 'local';

const lifeMs = 3_600_000;

/** Makes the first owner, by a token that is good once. */
export function firstOwnerOperations(
  parts: DirectoryParts,
): Pick<Directory, 'needsFirstOwner' | 'createFirstOwner'> {
  const { changes, clock } = parts;
  return {
    needsFirstOwner: async () => !(await hasOwner(changes.rows, hubOrg)),
    createFirstOwner: async (token, owner, perform) => {
      // Looked at first, so that nobody without the link makes the hub hash or write anything.
      if (!(await isGood(changes.rows, token, clock.now()))) throw refused();
      await checkNewLogin(changes.rows, owner.login);
      const passwordHash = await hashOf(parts, owner);
      const id = newId(clock);
      const create = async ({ rows, note }: Changing): Promise<Person> => {
        const isOpen = (await isGood(rows, token, clock.now())) && !(await hasOwner(rows, hubOrg));
        if (!isOpen) throw refused();
        const row = await addPersonRow(rows, clock, { ...owner, passwordHash, id });
        await addMembership(rows, clock, { org: hubOrg, person: row.id, roles: ['owner'] });
        await rows.deleteFrom('directory_setup').execute();
        note({ kind: 'facts', org: hubOrg, subject: row.id });
        return toPerson(rows, row);
      };
      return perform({ person: id, org: hubOrg, roles: ['owner'] }, () => changes.change(create));
    },
  };
}

/**
 * Makes the token of the link for the first owner; undefined when there is one. Each start makes its own, and on a store
 * of one process takes back those before it; nodes of a cluster that start together each have one, until it is used.
 */
export async function openSetup(
  { changes, clock }: DirectoryParts,
  isShared: boolean,
): Promise<string | undefined> {
  if (await hasOwner(changes.rows, hubOrg)) return undefined;
  const token = newSecret();
  await changes.change(async ({ rows }) => {
    const old = rows.deleteFrom('directory_setup');
    await (isShared ? old.where('expires_at', '<=', clock.now()) : old).execute();
    const row = { token_hash: hashSecret(token), expires_at: clock.now() + lifeMs };
    await rows.insertInto('directory_setup').values(row).execute();
  });
  return token;
}

async function isGood(rows: Kysely<DirectoryTables>, token: string, now: number): Promise<boolean> {
  const row = await rows
    .selectFrom('directory_setup')
    .select('token_hash')
    .where('token_hash', '=', hashSecret(token))
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row !== undefined;
}

function refused(): SignalboxError {
  return new SignalboxError(
    'unauthenticated',
    'this link was used or has expired; start the hub again for a new one',
  );
}
