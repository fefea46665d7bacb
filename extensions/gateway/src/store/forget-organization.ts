import type { Database } from '@signalbox/store';
import type { GatewayTables } from './gateway-tables.ts';

/** Removes what is kept of the upstreams of an organization. */
export async function forgetOrganization(database: Database, org: string): Promise<void> {
  const queries = database.queries<GatewayTables>();
  for (const table of ['gateway_upstreams', 'gateway_definitions'] as const)
    await queries.deleteFrom(table).where('org', '=', org).execute();
}
