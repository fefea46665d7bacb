import { SignalboxError } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';

/** When the hub is gone: before the n-th write of several statements is made, or after it is and nobody has heard of it. */
export interface Crash {
  readonly at: number;
  readonly isWritten: boolean;
}

/** A store that is gone from one write on, as for a process that was ended there. */
export function crashingDatabase(database: Database, { at, isWritten }: Crash) {
  const state = { writes: 0, isGone: false };
  const gone = (): never => {
    throw new SignalboxError('store_failed', 'the process is gone', { details: { reason: 'closed' } });
  };
  const wrapped: Database = {
    ...database,
    queries: () => (state.isGone ? gone() : database.queries()),
    together: async (steps) => {
      if (state.isGone) gone();
      state.writes += 1;
      if (state.writes !== at) return database.together(steps);
      state.isGone = true;
      if (isWritten) await database.together(steps);
      return gone();
    },
  };
  return { wrapped, state };
}
