import { type Clock, type Level, SignalboxError } from '@signalbox/sdk';
import type { Transaction } from 'kysely';
import type { DirectoryTables } from '../store/directory-tables.ts';

/** A new place in an organization. */
export interface NewMembership {
  readonly org: string;
  readonly person: string;
  readonly roles: readonly string[];
  /** What the roles say where it is absent. */
  readonly level?: Level | undefined;
}

/** Makes somebody a member. Errors: `conflict` for who is one already. */
export async function addMembership(
  rows: Transaction<DirectoryTables>,
  clock: Clock,
  { org, person, roles, level }: NewMembership,
): Promise<void> {
  const before = await rows
    .selectFrom('directory_memberships')
    .select('person')
    .where('org', '=', org)
    .where('person', '=', person)
    .executeTakeFirst();
  if (before) throw new SignalboxError('conflict', 'this person is a member already; change the membership');
  await rows
    .insertInto('directory_memberships')
    .values({
      org,
      person,
      roles: JSON.stringify([...new Set(roles)].toSorted()),
      federated_roles: '{}',
      level: level ?? null,
      is_active: 1,
      created_at: clock.now(),
    })
    .execute();
}
