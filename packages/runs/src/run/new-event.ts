import type { StepperEvent } from '@signalbox/pipeline';
import type { Orderer, StoreWrite } from '@signalbox/sdk';

type WithoutMoment<Event> = Event extends StepperEvent ? Omit<Event, 'nowMs' | 'random'> : never;

/** An event before it is told: the moment is added when it is. */
export type NewEvent = WithoutMoment<StepperEvent>;

/** An event on its way to the stepper, with the letter it came by and what has to be written down along with it. */
export interface QueuedEvent {
  readonly event: NewEvent;
  readonly letter?: string;
  /** Who wants what the run does for it. */
  readonly orderers?: readonly Orderer[];
  readonly writes?: readonly StoreWrite[];
}
