import type { Place } from './evaluate.ts';
import type { StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';

/** Where the expressions of a step stand. */
export function placeOf(machine: Machine, frame: StepFrame): Place {
  return { loops: machine.stepOf(frame).loops, indices: frame.indices };
}
