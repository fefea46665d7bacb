import { type JsonValue, SignalboxError } from '@signalbox/sdk';
import { engineVersion, type Plan } from '../plan/plan.ts';
import { applyEvent } from './apply-event.ts';
import type { Command } from './command.ts';
import { findMisfit } from './find-misfit.ts';
import { initialState } from './initial-state.ts';
import { Machine } from './machine.ts';
import { openRoot } from './open-frame.ts';
import { resumedState } from './resumed-state.ts';
import { runFrames } from './run-frames.ts';
import { budgetTimer, compensate } from './run-phase.ts';
import type { Started, StepperEvent } from './stepper-event.ts';
import type { StepperState } from './stepper-state.ts';

/** A state and what is to be done now. Both are written down in one transaction, before anything is done. */
export interface Advance {
  readonly state: StepperState;
  /** In order. Empty when the event changed nothing (`state` is then the very object that came in). */
  readonly commands: readonly Command[];
}

/** Begins a run. Pure: the same plan and event give the same state and commands. */
export function start(plan: Plan, event: Started): Advance {
  const machine = new Machine(plan, initialState(plan, event), event);
  const { draft } = machine;
  startBudget(machine);
  const problem = findMisfit(plan.checkParams, { ...draft.params });
  if (problem === undefined) openRoot(machine, plan.main);
  else {
    draft.result = 'failed';
    draft.error = { kind: 'invalid_args', message: `the params do not fit: ${problem}`.slice(0, 2_000) };
    compensate(machine);
  }
  return end(machine);
}

/**
 * Goes on with a run. Pure. An event that repeats, comes late, or is about something that has ended changes nothing.
 * Throws `conflict` for a state of another engine version or another plan; nothing else is thrown: what fails, fails the step or the run.
 */
export function advance(plan: Plan, state: StepperState, event: StepperEvent): Advance {
  checkVersion(state);
  if (state.phase === 'ended') return { state, commands: [] };
  const loaded: ReadonlyMap<string, JsonValue> | undefined =
    event.kind === 'ValuesLoaded' ? new Map(Object.entries(event.values)) : undefined;
  const machine = new Machine(plan, state, event, loaded);
  if (!applyEvent(machine, event)) return { state, commands: machine.commands };
  return end(machine);
}

/**
 * Begins the next attempt of a run that failed: what is done stays done, the step that failed begins anew, loops go on at the
 * items that are not done. Throws `conflict` for a run that has not failed.
 */
export function resume(
  plan: Plan,
  state: StepperState,
  event: { readonly run: StepperState['run']; readonly nowMs: number; readonly random: number },
): Advance {
  checkVersion(state);
  const machine = new Machine(plan, resumedState(plan, state, event.run), event);
  startBudget(machine);
  openRoot(machine, plan.main);
  return end(machine);
}

function end(machine: Machine): Advance {
  runFrames(machine);
  return { state: machine.draft, commands: machine.commands };
}

function startBudget(machine: Machine): void {
  const seconds = machine.plan.definition.budget?.seconds;
  if (seconds === undefined) return;
  machine.emit({
    kind: 'StartTimer',
    timer: budgetTimer(machine),
    dueAtMs: machine.nowMs + seconds * 1_000,
    purpose: 'budget',
  });
}

function checkVersion(state: StepperState): void {
  if (state.engineVersion === engineVersion) return;
  throw new SignalboxError(
    'conflict',
    `the run was begun by stepper ${state.engineVersion}, and this is ${engineVersion}; let a hub of its version end it`,
  );
}
