import type { Plan, StepperState } from '@signalbox/pipeline';
import type { JsonObject, StandIn } from '@signalbox/sdk';
import type { RunRow } from '../store/engine-tables.ts';

/** A run this node holds, read. */
export interface ClaimedRun {
  readonly row: RunRow;
  /** Of its pipeline, as it was ordered. */
  readonly definition: JsonObject;
  readonly plan: Plan;
  readonly params: JsonObject;
  readonly runAs: StandIn;
  /** Undefined before its first event. */
  readonly state: StepperState | undefined;
}
