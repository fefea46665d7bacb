import type { JsonObject, RunTrigger, StandIn } from '@signalbox/sdk';

/** A run that is due or wanted, or times of which it is known already that there will be none. */
export interface Wish {
  readonly trigger: RunTrigger;
  /** The event or the wish of somebody it is about; empty for times of the schedule. */
  readonly sourceId: string;
  readonly nominalAtMs: number;
  readonly runAs: StandIn;
  readonly depth: number;
  /** Why it comes late. */
  readonly reason?: string;
  /** In place of those of the pipeline with the same names. */
  readonly params?: JsonObject;
  readonly event?: JsonObject;
  readonly isForced?: boolean;
  readonly isDryRun?: boolean;
  /** Runs one after the other, whatever `overlap` says. */
  readonly isSerial?: boolean;
  /** Id of the occurrence, where it waits in the store already. */
  readonly waiting?: string;
  /** Said instead of a run. */
  readonly refused?: Refused;
}

/** Why there is no run. */
export interface Refused {
  readonly status: 'skipped' | 'missed' | 'deduplicated' | 'waiting';
  readonly reason: string;
  /** The run there is already. */
  readonly run?: string;
  /** The wish of the same write whose run it is. */
  readonly sameAs?: Wish;
  /** The last of several times in a row, and how many they are. */
  readonly range?: { readonly throughMs: number; readonly count: number; readonly isMore: boolean };
}

/** What becomes of a wish. */
export interface Placing {
  readonly wish: Wish;
  readonly refused?: Refused;
  /** The slot of its run, where it has to wait for others. */
  readonly slot?: { readonly key: string; readonly limit: number };
  readonly dedupeKey?: string;
}
