import type { Level } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import { checkLevel, checkRoles } from '../grant/check-grant.ts';
import { isBuiltinRole } from '../policy/stored-policies.ts';
import { levelOf } from '../principal/level-of.ts';
import type { DirectoryTables } from '../store/directory-tables.ts';
import type { Caller } from './caller.ts';

/** Roles that no person and no machine is given: they belong to kinds of principals. */
const notGiven = new Set(['public', 'extension']);

/** Errors: `invalid_params` for roles nobody knows, `forbidden` for roles and levels beyond the giver's own. */
export async function checkGivenRights(
  rows: Kysely<DirectoryTables>,
  { authority, policy, org }: Caller,
  { roles, level }: { readonly roles: readonly string[]; readonly level?: Level | undefined },
): Promise<void> {
  const custom = await rows.selectFrom('directory_roles').select('name').where('org', '=', org).execute();
  const names = new Set(custom.map(({ name }) => name));
  const isKnown = (role: string): boolean => !notGiven.has(role) && (isBuiltinRole(role) || names.has(role));
  checkRoles(authority, policy, roles, isKnown);
  checkLevel(authority, levelOf(level ?? null, roles));
}
