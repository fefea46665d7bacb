import type { ChildRuns, EngineSettings, TellStatus, ToolCaller } from '@signalbox/runs';
import type { Clock, Log } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';

/** What runs are driven with. */
export interface DriverParts {
  readonly database: Database;
  readonly caller: ToolCaller;
  readonly children: ChildRuns;
  readonly clock: Clock;
  readonly settings: Pick<EngineSettings, 'leaseMs'>;
  readonly log: Log;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  /** Told of every status a run has reached, once it is written down. */
  readonly onStatus: TellStatus;
}
