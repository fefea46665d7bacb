import type { Policy } from '@signalbox/policy';
import { type CallInterface, type Principal, SignalboxError } from '@signalbox/sdk';
import type { Kysely } from 'kysely';
import type { DirectoryParts } from '../directory-parts.ts';
import { type Authority, authorityOf } from '../grant/authority.ts';
import { notThere } from '../people/not-there.ts';
import type { DirectoryTables } from '../store/directory-tables.ts';

/** The parts of a request that say who makes it and which organization it is about. */
export interface Request {
  readonly principal: Principal;
  readonly interface: CallInterface;
  readonly query?: { readonly org?: string | undefined } | undefined;
}

/** Who makes a request, and the organization it is confined to. */
export interface Caller {
  readonly authority: Authority;
  readonly org: string;
  /** The policy of that organization, which says what roles in it permit. */
  readonly policy: Policy;
}

/**
 * Who makes a request. Errors: `not_found` for an organization that is not there, and for one that is not the caller's
 * unless they administer the hub.
 */
export async function callerOf(parts: DirectoryParts, request: Request): Promise<Caller> {
  const authority = authorityOf(parts.policies.of(request.principal.org), request);
  const org = request.query?.org ?? request.principal.org;
  const isOwn = org === request.principal.org;
  if (!isOwn && !(authority.isSystem && (await isThere(parts.changes.rows, org))))
    throw notThere('organization', org);
  return { authority, org, policy: parts.policies.of(org) };
}

/**
 * Who administers the hub. The role `owner` of another organization permits `admin:system` by its list, but only owners of
 * the organization `local` own the hub. Errors: `forbidden`.
 */
export async function systemCallerOf(parts: DirectoryParts, request: Request): Promise<Caller> {
  const caller = await callerOf(parts, { ...request, query: undefined });
  if (!caller.authority.isSystem)
    throw new SignalboxError('forbidden', 'only owners of the organization "local" administer the hub');
  return request.query?.org === undefined ? caller : callerOf(parts, request);
}

async function isThere(rows: Kysely<DirectoryTables>, org: string): Promise<boolean> {
  const found = await rows.selectFrom('directory_orgs').select('id').where('id', '=', org).executeTakeFirst();
  return found !== undefined;
}
