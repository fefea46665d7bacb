import type { StepperEvent } from '@signalbox/pipeline';

type WithoutMoment<Event> = Event extends StepperEvent ? Omit<Event, 'nowMs' | 'random'> : never;

/** An event before it is told: the moment is added when it is. */
export type NewEvent = WithoutMoment<StepperEvent>;

/** An event on its way to the stepper, with the letter of the inbox it came by. */
export interface QueuedEvent {
  readonly event: NewEvent;
  readonly letter?: string;
}
