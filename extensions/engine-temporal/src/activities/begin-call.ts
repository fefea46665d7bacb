import type { CallTool } from '@signalbox/pipeline';
import type { EngineTables } from '@signalbox/runs';
import { type ApprovalChannel, type Clock, SignalboxError } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';

type Place = Pick<CallTool, 'path' | 'attempt'>;

/** What keeps a call from being made twice. */
export interface CallBeginning {
  /** Told how far the call has come. */
  readonly channel: ApprovalChannel;
  /** Why it was not made here; undefined when it was, or never came so far. */
  readonly problem: () => 'begun before' | Error | undefined;
}

/**
 * Notes that a call is about to be made, right before it is; the first who does makes it. Temporal may say that somebody has taken a call up
 * who never got to hear of it, and gives it to somebody else after a while; only what was begun is in doubt then. While a call waits for
 * somebody's approval that is noted instead.
 */
export function beginningOf(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  run: string,
  call: Place,
): CallBeginning {
  let hasBegun = false;
  let problem: 'begun before' | Error | undefined;
  return {
    problem: () => problem,
    channel: {
      waits: async (approval) => {
        await unbegun(database, run, call).set({ approval }).execute();
      },
      begins: async () => {
        if (hasBegun) return;
        try {
          const begun = { begun_at: clock.now(), approval: null };
          const { numUpdatedRows } = await unbegun(database, run, call).set(begun).executeTakeFirstOrThrow();
          hasBegun = numUpdatedRows === 1n;
          if (!hasBegun) problem = 'begun before';
        } catch (error) {
          problem = error instanceof Error ? error : new Error(String(error));
        }
        if (!hasBegun) throw new SignalboxError('conflict', 'the call was begun before, or cannot be noted');
      },
    },
  };
}

function unbegun(database: Database, run: string, { path, attempt }: Place) {
  return database
    .queries<EngineTables>()
    .updateTable('engine_calls')
    .where('run_id', '=', run)
    .where('path', '=', path)
    .where('attempt', '=', attempt)
    .where('status', '=', 'intent')
    .where('begun_at', 'is', null);
}
