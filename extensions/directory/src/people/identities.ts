import { type Directory, type ForeignIdentity, type Person, SignalboxError } from '@signalbox/sdk';
import type { DirectoryParts } from '../directory-parts.ts';
import type { Changing } from '../store/directory-changes.ts';
import { newId } from '../store/new-id.ts';
import { readTextLists } from '../store/stored-json.ts';
import { addPersonRow, checkNewLogin } from './add-person-row.ts';
import { notThere } from './not-there.ts';
import { readPerson, toPerson } from './read-person.ts';

/** Who signed in at another identity provider: found, linked, and given the roles their groups bring. */
export function identityOperations({
  changes,
  clock,
}: DirectoryParts): Pick<
  Directory,
  'findPersonByIdentity' | 'identities' | 'linkIdentity' | 'unlinkIdentity' | 'setFederatedRoles'
> {
  return {
    findPersonByIdentity: async (identity) => {
      const found = await findLink(changes.rows, identity);
      return found && (await readPerson(changes.rows, 'id', found.person))?.person;
    },
    identities: (personId) => readIdentities(changes.rows, personId),
    linkIdentity: async (identity, person, perform) => {
      if (await findLink(changes.rows, identity)) throw alreadyLinked(identity);
      const isKnown = 'id' in person;
      if (!isKnown) await checkNewLogin(changes.rows, person.login);
      const id = isKnown ? person.id : newId(clock);
      const link = async ({ rows, note }: Changing): Promise<Person> => {
        if (await findLink(rows, identity)) throw alreadyLinked(identity);
        const row = isKnown
          ? (await readPerson(rows, 'id', id))?.row
          : await addPersonRow(rows, clock, { ...person, id });
        if (!row) throw notThere('person', id);
        const { issuer, subject } = identity;
        const added = { issuer, subject, person: row.id, created_at: clock.now() };
        await rows.insertInto('directory_identities').values(added).execute();
        note({ kind: 'facts', subject: row.id });
        return toPerson(rows, row);
      };
      return perform({ person: id }, () => changes.change(link));
    },
    unlinkIdentity: (personId, identity) =>
      changes.change(async ({ rows, note }) => {
        const found = await readPerson(rows, 'id', personId);
        if (!found) throw notThere('person', personId);
        const { issuer, subject } = identity;
        const done = await rows
          .deleteFrom('directory_identities')
          .where('person', '=', personId)
          .where('issuer', '=', issuer)
          .where('subject', '=', subject)
          .executeTakeFirst();
        if (done.numDeletedRows === 0n) throw notThere('identity', subject);
        const { hasPassword, hasPasskey } = found.person;
        if (!hasPassword && !hasPasskey && (await readIdentities(rows, personId)).length === 0)
          throw lastWayIn(found.person.login);
        await dropRolesOf(rows, personId, issuer);
        note({ kind: 'revocation', subject: personId });
      }),
    setFederatedRoles: async (personId, { org, issuer, roles }, perform) => {
      const kept = await readFederated(changes.rows, personId, org);
      if (!kept && roles.length === 0) return;
      if (kept && kept.federated_roles === withIssuer(kept.federated_roles, issuer, roles)) return;
      const set = async ({ rows, note }: Changing): Promise<void> => {
        const before = await readFederated(rows, personId, org);
        if (!before && roles.length === 0) return;
        const text = withIssuer(before?.federated_roles ?? '{}', issuer, roles);
        if (text === before?.federated_roles) return;
        if (before) {
          await rows
            .updateTable('directory_memberships')
            .set({ federated_roles: text })
            .where('org', '=', org)
            .where('person', '=', personId)
            .execute();
        } else {
          await checkPlace(personId, org);
          const row = { org, person: personId, roles: '[]', level: null, is_active: 1 };
          await rows
            .insertInto('directory_memberships')
            .values({ ...row, federated_roles: text, created_at: clock.now() })
            .execute();
        }
        note({ kind: 'facts', org, subject: personId });

        async function checkPlace(id: string, at: string): Promise<void> {
          if (!(await readPerson(rows, 'id', id))) throw notThere('person', id);
          const found = await rows.selectFrom('directory_orgs').select('id').where('id', '=', at).execute();
          if (found.length === 0) throw notThere('organization', at);
        }
      };
      const before = kept && (readTextLists(kept.federated_roles)[issuer] ?? []);
      const change = { person: personId, org, roles, ...(before ? { before } : {}) };
      await perform(change, () => changes.change(set));
    },
  };
}

async function readIdentities(
  rows: DirectoryParts['changes']['rows'],
  personId: string,
): ReturnType<Directory['identities']> {
  const found = await rows
    .selectFrom('directory_identities')
    .selectAll()
    .where('person', '=', personId)
    .orderBy('created_at')
    .orderBy('issuer')
    .limit(100)
    .execute();
  return found.map(({ issuer, subject, created_at: createdAt }) => ({ issuer, subject, createdAt }));
}

function readFederated(rows: DirectoryParts['changes']['rows'], personId: string, org: string) {
  return rows
    .selectFrom('directory_memberships')
    .select('federated_roles')
    .where('org', '=', org)
    .where('person', '=', personId)
    .executeTakeFirst();
}

/** What the groups of an issuer gave, taken away everywhere. */
async function dropRolesOf(
  rows: DirectoryParts['changes']['rows'],
  personId: string,
  issuer: string,
): Promise<void> {
  const memberships = await rows
    .selectFrom('directory_memberships')
    .select(['org', 'federated_roles'])
    .where('person', '=', personId)
    .execute();
  for (const { org, federated_roles: before } of memberships)
    await rows
      .updateTable('directory_memberships')
      .set({ federated_roles: withIssuer(before, issuer, []) })
      .where('org', '=', org)
      .where('person', '=', personId)
      .execute();
}

function findLink(rows: DirectoryParts['changes']['rows'], { issuer, subject }: ForeignIdentity) {
  return rows
    .selectFrom('directory_identities')
    .select('person')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst();
}

function alreadyLinked({ issuer }: ForeignIdentity): SignalboxError {
  return new SignalboxError('conflict', `this identity of ${issuer} is linked to a person already`);
}

function lastWayIn(login: string): SignalboxError {
  return new SignalboxError(
    'conflict',
    `"${login}" could not sign in any more; set a password or add a passkey first`,
  );
}

/** Issuers in one order, so that the same roles are the same text. */
function withIssuer(text: string, issuer: string, roles: readonly string[]): string {
  const all = { ...(JSON.parse(text) as { [issuer: string]: string[] }) };
  if (roles.length === 0) delete all[issuer];
  else all[issuer] = [...new Set(roles)].toSorted();
  return JSON.stringify(Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1))));
}
