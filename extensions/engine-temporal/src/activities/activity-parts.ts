import type { RunsRoom } from '@signalbox/runs';
import type { Clock, Log } from '@signalbox/sdk';

/** What activities work with. */
export interface ActivityParts extends Omit<RunsRoom, 'engineOf'> {
  readonly clock: Clock;
  readonly log: Log;
  /** Told when something was written down that somebody else has to be told of. */
  readonly look: () => void;
  /** Aborts when the hub begins to stop: tools may be gone from then on. */
  readonly stopping: AbortSignal;
}
