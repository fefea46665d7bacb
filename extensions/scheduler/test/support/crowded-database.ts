import { SignalboxError } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';

/** A store on which, as long as the state says so, what is written together is refused: somebody else was quicker, or too many were. */
export function crowdedDatabase(state: {
  refusal: SignalboxError | undefined;
}): (database: Database) => Database {
  return (database) => ({
    ...database,
    together: async (steps) => {
      if (state.refusal && steps.length > 1) throw state.refusal;
      return database.together(steps);
    },
  });
}

/** What `again` says when it has tried often enough. */
export const tooMany = new SignalboxError('overloaded', 'this task is changed by many at once');
