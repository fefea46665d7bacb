import type { Plan } from '../plan/plan.ts';
import type { Command } from './command.ts';
import type { Started, StepperEvent } from './stepper-event.ts';
import type { StepperState } from './stepper-state.ts';

/** A state and what is to be done now. Both are written down in one transaction, before anything is done. */
export interface Advance {
  readonly state: StepperState;
  /** In order. Empty when the event changed nothing (`state` is then the very object that came in). */
  readonly commands: readonly Command[];
}

/** Begins a run. Pure: the same plan and event give the same state and commands. */
export declare function start(plan: Plan, event: Started): Advance;

/**
 * Goes on with a run. Pure. An event that repeats, comes late, or is about something that has ended changes nothing.
 * Throws `conflict` for a state of another engine version; nothing else is thrown: what fails, fails the step or the run.
 */
export declare function advance(plan: Plan, state: StepperState, event: StepperEvent): Advance;

/**
 * Begins the next attempt of a run that failed: what is done stays done, the step that failed begins anew, loops go on at the
 * items that are not done. Throws `conflict` for a run that has not failed.
 */
export declare function resume(
  plan: Plan,
  state: StepperState,
  event: { readonly run: StepperState['run']; readonly nowMs: number; readonly random: number },
): Advance;
