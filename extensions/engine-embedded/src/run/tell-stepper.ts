import {
  type Advance,
  advance,
  type Plan,
  type StepperEvent,
  type StepperState,
  start,
} from '@signalbox/pipeline';

/** What a run does for what has happened: begins with `Started`, and goes on with anything else. */
export function tellStepper(plan: Plan, state: StepperState | undefined, event: StepperEvent): Advance {
  if (event.kind === 'Started') return start(plan, event);
  if (!state) throw new Error('a run is told something before it has begun');
  return advance(plan, state, event);
}
