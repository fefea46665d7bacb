import type { Extension } from '@signalbox/sdk';
import { type Database, database } from '@signalbox/store';
import storeSqlite from '@signalbox/store-sqlite';

/** The store of the hub, with something of a test between it and whoever uses it. */
export function wrappedStore(wrap: (own: Database) => Database): Extension {
  return {
    ...storeSqlite,
    setup: (context) =>
      storeSqlite.setup({
        ...context,
        config: storeSqlite.config.parse(context.config),
        offer: (token, service) =>
          context.offer(token, (token === database ? wrap(service as Database) : service) as typeof service),
      }),
  };
}
