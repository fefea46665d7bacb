import type { Clock, Log, RunError, RunNote, RunStatus, WriteNote } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { EngineSettings } from '../settings.ts';
import type { ChildRuns } from './child-runs.ts';
import type { ClaimedRun } from './claimed-run.ts';
import type { ToolCaller } from './tool-caller.ts';

/** What runs are driven with. */
export interface DriverParts {
  readonly database: Database;
  readonly caller: ToolCaller;
  readonly children: ChildRuns;
  readonly clock: Clock;
  readonly settings: Pick<EngineSettings, 'leaseMs'>;
  readonly log: Log;
  /** What keeps a note of a run, in the same write as what it tells of. */
  readonly writeNote?: WriteNote<RunNote>;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  /** Told of every status a run has reached, once it is written down. */
  readonly onStatus: (run: ClaimedRun, status: RunStatus, error?: RunError) => void;
}
