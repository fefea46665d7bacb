import { engineVersion, type Plan } from '../plan/plan.ts';
import { jsonBytes } from './json-bytes.ts';
import type { Started } from './stepper-event.ts';
import type { StepperState } from './stepper-state.ts';

/** The state of a run before its first step. */
export function initialState(plan: Plan, { run, event, dryRun, ...given }: Started): StepperState {
  const params = { ...plan.definition.params, ...given.params };
  const dry = dryRun ?? (plan.definition.dry_run ? { readOnlyTools: [] } : undefined);
  return {
    engineVersion,
    status: 'running',
    phase: 'main',
    run,
    startedAtMs: given.nowMs,
    scheduledAtMs: given.scheduledAtMs,
    timezone: given.timezone,
    params,
    ...(event && { event }),
    ...(dry && { dryRun: dry }),
    vars: plan.vars,
    steps: {},
    frames: {},
    ready: [],
    kept: {},
    undo: [],
    hasCalled: false,
    usage: { calls: 0, cost: 0, tokens: 0, steps: 0 },
    bytes: jsonBytes(params) + jsonBytes({ ...plan.vars }) + (event ? jsonBytes(event.payload) : 0),
  };
}
