import { isJsonObject } from '@signalbox/sdk';
import type { ActionOf } from '../plan/plan.ts';
import { succeed, succeedUnknown } from './end-step.ts';
import { evaluate, unknown } from './evaluate.ts';
import type { StepFrame } from './frame.ts';
import { jsonBytes } from './json-bytes.ts';
import type { Machine } from './machine.ts';
import { placeOf } from './place-of.ts';

/** Sets variables; the output is what was set. */
export function runSet(machine: Machine, frame: StepFrame, { values }: ActionOf<'set'>): void {
  const given = evaluate(machine, values, placeOf(machine, frame));
  if (given === unknown || !isJsonObject(given)) return succeedUnknown(machine, frame);
  const { vars } = machine.draft;
  const after = { ...vars, ...given };
  machine.draft.vars = after;
  machine.addBytes(jsonBytes(after) - jsonBytes({ ...vars }));
  succeed(machine, frame, { json: given });
}

/** Gives a value made of others. */
export function runOutput(machine: Machine, frame: StepFrame, { value }: ActionOf<'output'>): void {
  const given = evaluate(machine, value, placeOf(machine, frame));
  if (given === unknown) succeedUnknown(machine, frame);
  else succeed(machine, frame, { json: given });
}
