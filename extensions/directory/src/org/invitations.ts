import { type Directory, type Person, SignalboxError } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { DirectoryParts } from '../directory-parts.ts';
import { readNewPassword } from '../password/password-rules.ts';
import { addPersonRow, checkNewLogin } from '../people/add-person-row.ts';
import { notThere } from '../people/not-there.ts';
import { normalizeLogin, readPerson, toPerson } from '../people/read-person.ts';
import type { Changing } from '../store/directory-changes.ts';
import type { DirectoryTables, InvitationRow } from '../store/directory-tables.ts';
import { hashSecret } from '../store/hash-secret.ts';
import { newId } from '../store/new-id.ts';
import { readTexts } from '../store/stored-json.ts';
import { addMembership } from './add-membership.ts';

/** Shows and accepts invitations, each once. */
export function invitationOperations(
  parts: DirectoryParts,
): Pick<Directory, 'acceptInvitation' | 'findInvitation'> {
  const { changes, clock } = parts;
  return {
    findInvitation: async (token) => {
      const found = await findOpen(changes.rows, token, clock.now());
      return found && { orgName: found.orgName, roles: readTexts(found.roles) };
    },
    acceptInvitation: async (token, person, perform) => {
      // Looked at first, so that nobody without an invitation makes the hub hash or write anything.
      const open = await findOpen(changes.rows, token, clock.now());
      if (!open) throw notOpen();
      const isKnown = 'id' in person;
      if (!isKnown) await checkNewLogin(changes.rows, person.login);
      const passwordHash = isKnown ? undefined : await hashOf(parts, person);
      const personId = isKnown ? person.id : newId(clock);
      const accept = async ({ rows, note }: Changing): Promise<Person> => {
        const invitation = await findOpen(rows, token, clock.now());
        if (!invitation) throw notOpen();
        const row = isKnown
          ? (await readPerson(rows, 'id', personId))?.row
          : await addPersonRow(rows, clock, { ...person, passwordHash, id: personId });
        if (!row) throw notThere('person', personId);
        const { id, org, roles } = invitation;
        await addMembership(rows, clock, { org, person: row.id, roles: readTexts(roles) });
        await rows
          .updateTable('directory_invitations')
          .set({ used_at: clock.now() })
          .where('id', '=', id)
          .execute();
        note({ kind: 'facts', org, subject: row.id });
        return toPerson(rows, row);
      };
      const change = { person: personId, org: open.org, roles: readTexts(open.roles) };
      return perform(change, () => changes.change(accept));
    },
  };
}

/** What is kept of the password of somebody new; undefined for who has none. */
export async function hashOf(
  { hasher }: DirectoryParts,
  { login, password }: { readonly login: string; readonly password?: string | undefined },
): Promise<string | undefined> {
  if (password === undefined) return undefined;
  return hasher.hash(readNewPassword(password, normalizeLogin(login)));
}

async function findOpen(
  rows: Kysely<DirectoryTables>,
  token: string,
  now: number,
): Promise<(InvitationRow & { readonly orgName: string }) | undefined> {
  return rows
    .selectFrom('directory_invitations as i')
    .innerJoin('directory_orgs as o', 'o.id', 'i.org')
    .selectAll('i')
    .select('o.name as orgName')
    .where('i.token_hash', '=', hashSecret(token))
    .where('i.used_at', 'is', null)
    .where('i.expires_at', '>', now)
    .where('o.is_active', '=', 1)
    .executeTakeFirst();
}

function notOpen(): SignalboxError {
  return new SignalboxError(
    'not_found',
    'this invitation is not there, was used, or has expired; ask for a new one',
  );
}
