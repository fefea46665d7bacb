import type { ChildRuns, EngineSettings, TellStatus, ToolCaller } from '@signalbox/runs';
import type { Clock, Log, RunNote, WriteNote } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';

/** What runs are driven with. */
export interface DriverParts {
  readonly database: Database;
  readonly caller: ToolCaller;
  readonly children: ChildRuns;
  readonly clock: Clock;
  readonly settings: Pick<EngineSettings, 'leaseMs' | 'tidyUpMs'>;
  readonly log: Log;
  /** What keeps a note of a run, in the same write as what it tells of. */
  readonly writeNote?: WriteNote<RunNote>;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  /** Told of every status a run has reached, once it is written down. */
  readonly onStatus: TellStatus;
}
