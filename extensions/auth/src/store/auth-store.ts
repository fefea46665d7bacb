import type { Clock, Sealer } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { Kysely } from 'kysely';
import type { AuthTables } from './auth-tables.ts';

/** What everything that keeps something works with. */
export interface AuthStore {
  readonly database: Database;
  readonly queries: Kysely<AuthTables>;
  readonly sealer: Sealer;
  readonly clock: Clock;
}
