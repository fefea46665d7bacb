import { byHub } from '../trail/trail.ts';
import type { AuthStore } from './auth-store.ts';
import type { Clients } from './clients.ts';
import type { Grants } from './grants.ts';

const batch = 200;

/**
 * Ends and removes what an organization had here: its clients, what people have allowed in it, and every token. Sessions stay:
 * they are of people, who may be members elsewhere.
 */
export async function forgetOrganization(
  { queries }: AuthStore,
  { clients, grants }: { clients: Clients; grants: Grants },
  org: string,
): Promise<void> {
  await clients.removeOrganization(org);
  for (;;) {
    const rows = await queries
      .selectFrom('auth_grants')
      .select('id')
      .where('org', '=', org)
      .limit(batch)
      .execute();
    if (rows.length === 0) break;
    const ids = rows.map(({ id }) => id);
    for (const id of ids) await grants.revoke(id, 'organization-removed', byHub);
    await queries.deleteFrom('auth_items').where('grant_id', 'in', ids).execute();
    await queries.deleteFrom('auth_grants').where('id', 'in', ids).execute();
  }
  await queries.deleteFrom('auth_tokens').where('org', '=', org).execute();
}
