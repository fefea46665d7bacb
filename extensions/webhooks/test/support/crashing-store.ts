import { defineExtension, SignalboxError } from '@signalbox/sdk';
import { type Database, database } from '@signalbox/store';
import { z } from 'zod';
import type { TestStore } from './test-stores.ts';

/** When the hub is gone: before a write that notes something for a webhook, or after it and nobody has heard of it. */
export interface Crash {
  /** Armed by the test when it is ready. */
  isArmed: boolean;
  isGone: boolean;
  readonly isWritten: boolean;
}

/** A store whose hub ends at the first write that keeps a note: no write of several statements is made any more. */
export function crashingStore(store: TestStore, crash: Crash) {
  const gone = (): never => {
    throw new SignalboxError('store_failed', 'the process is gone', { details: { reason: 'closed' } });
  };
  const ending = (own: Database): Database => ({
    dialect: own.dialect,
    migrate: own.migrate,
    append: own.append,
    backup: own.backup,
    check: own.check,
    queries: own.queries,
    together: async (steps) => {
      if (crash.isGone) gone();
      const isNote = steps.some(({ sql }) => sql.includes('webhook_deliveries'));
      if (!crash.isArmed || !isNote) return own.together(steps);
      crash.isGone = true;
      if (crash.isWritten) await own.together(steps);
      return gone();
    },
  });
  const { name, config, provides = [], needs = [], wants = [], setup } = store.extension;
  return defineExtension({
    name,
    config: config as z.ZodType<Record<string, unknown>>,
    provides,
    needs,
    wants,
    setup: (context) =>
      setup({
        ...context,
        offer: (token, service) =>
          context.offer(
            token,
            token.name === database.name ? (ending(service as Database) as typeof service) : service,
          ),
      }),
  });
}
