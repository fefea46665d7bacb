import type { LocalMs } from '../zone/local-time.ts';
import type { SearchWork } from './search-work.ts';

/** A time something is due. */
export interface Due {
  readonly atMs: number;
  /** What the schedule says, on the wall clock of its zone; not always what that clock shows at `atMs`. */
  readonly localMs: LocalMs;
  /** Whether time that passes is what somebody meant, so that exceptions on a wall clock mean instants, too. */
  readonly isByTheClock?: true;
  /**
   * Another time the clocks bring to the same instant, as those in a gap; asked for where this one is left out, with the last local
   * time of those left out with it.
   */
  readonly also?: (afterMs: LocalMs) => Due | undefined;
  /** What happened to it where clocks were changed, in words. */
  readonly notes?: readonly string[];
}

/** Gives the first due time after an instant: undefined when there is none, or `work` was used up. */
export type Stream = (afterMs: number, work: SearchWork) => Due | undefined;

/** Gives the first local time after another. */
export type WallSource = (afterMs: LocalMs, work: SearchWork) => LocalMs | undefined;
