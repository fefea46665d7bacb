import { type Principal, SignalboxError } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import { checkMayManage } from '../grant/check-grant.ts';
import { notThere } from '../people/not-there.ts';
import type { DirectoryTables, KeyRow } from '../store/directory-tables.ts';
import type { Caller } from './caller.ts';
import { readMember, rightsOf } from './member-facts.ts';
import { readService, serviceRights } from './service-routes.ts';

/** Who a new key is for. */
export interface KeyHolder {
  readonly kind: 'user' | 'service';
  readonly id: string;
}

/** Whether somebody may see and revoke the keys of others. */
export function administersKeys({ authority }: Caller): boolean {
  return authority.level === 'anchor' && authority.permitted.has('admin:org');
}

/**
 * Finds who a new key is for. A key acts with all its holder may, so nobody makes one for who may more.
 * Errors: `invalid_params` for two at once, `forbidden`, `not_found`.
 */
export async function findKeyHolder(
  rows: Kysely<DirectoryTables>,
  caller: Caller,
  wanted: { readonly user?: string | undefined; readonly service?: string | undefined },
): Promise<KeyHolder> {
  if (wanted.user !== undefined && wanted.service !== undefined)
    throw new SignalboxError('invalid_params', 'a key is for a person or for a service account; name one');
  const { principal } = caller.authority;
  if (wanted.user === undefined && wanted.service === undefined) return ownHolder(rows, caller, principal);
  if (wanted.user === principal.id && principal.kind === 'user') return ownHolder(rows, caller, principal);
  checkAdministersKeys(caller);
  return wanted.service === undefined
    ? personHolder(rows, caller, wanted.user ?? '')
    : serviceHolder(rows, caller, wanted.service);
}

/** Errors: `not_found` for a key the caller may not see, the same as for one that is not there. */
export function checkMaySee(caller: Caller, key: KeyRow | undefined, id: string): asserts key is KeyRow {
  const { principal } = caller.authority;
  const isOwn = key?.subject === principal.id && key.subject_kind === principal.kind;
  const isThere = key?.org === caller.org && (isOwn || administersKeys(caller));
  if (!isThere) throw notThere('key', id);
}

async function ownHolder(
  rows: Kysely<DirectoryTables>,
  { org }: Caller,
  { kind, id }: Principal,
): Promise<KeyHolder> {
  if (kind === 'service') return { kind, id: (await readService(rows, org, id)).id };
  const member = kind === 'user' ? await readMember(rows, org, id).catch(() => undefined) : undefined;
  if (member) return { kind: 'user', id: member.id };
  throw new SignalboxError(
    'invalid_params',
    'who asks is no member who can hold a key; say whose it is with "user" or "service"',
  );
}

async function personHolder(rows: Kysely<DirectoryTables>, caller: Caller, name: string): Promise<KeyHolder> {
  const member = await readMember(rows, caller.org, name);
  checkMayManage(caller.authority, caller.policy, rightsOf(member));
  return { kind: 'user', id: member.id };
}

async function serviceHolder(
  rows: Kysely<DirectoryTables>,
  caller: Caller,
  name: string,
): Promise<KeyHolder> {
  const row = await readService(rows, caller.org, name);
  checkMayManage(caller.authority, caller.policy, serviceRights(row));
  return { kind: 'service', id: row.id };
}

function checkAdministersKeys(caller: Caller): void {
  if (administersKeys(caller)) return;
  throw new SignalboxError(
    'forbidden',
    'a key for another needs the permission admin:org at level anchor; ask an administrator',
  );
}
