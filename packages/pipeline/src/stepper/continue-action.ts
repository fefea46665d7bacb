import type { StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import { continueForeach } from './run-foreach.ts';
import { continueParallel } from './run-parallel.ts';
import { continueBlock } from './run-steps.ts';
import { continueWait } from './run-wait.ts';
import { continueWhile } from './run-while.ts';

/** Goes on with what a step does when something inside it ended, or an event has arrived. */
export function continueAction(machine: Machine, frame: StepFrame): void {
  const { action } = machine.stepOf(frame);
  switch (action.kind) {
    case 'foreach':
      return continueForeach(machine, frame, action);
    case 'while':
      return continueWhile(machine, frame, action);
    case 'parallel':
      return continueParallel(machine, frame, action);
    case 'switch':
    case 'steps':
      return continueBlock(machine, frame);
    case 'wait':
      return continueWait(machine, frame, action);
    case 'call':
    case 'child':
    case 'set':
    case 'output':
    case 'sleep':
    case 'sleep_until':
    case 'approve':
      return;
  }
}
