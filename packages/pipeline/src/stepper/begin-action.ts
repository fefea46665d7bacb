import { withTimer } from './cancel-frame.ts';
import { noteStep } from './end-step.ts';
import type { StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import { beginApprove } from './run-approve.ts';
import { beginCall } from './run-call.ts';
import { beginChild } from './run-child.ts';
import { beginForeach } from './run-foreach.ts';
import { beginParallel } from './run-parallel.ts';
import { runOutput, runSet } from './run-set.ts';
import { beginSleep, beginSleepUntil } from './run-sleep.ts';
import { beginSteps } from './run-steps.ts';
import { beginSwitch } from './run-switch.ts';
import { beginWait } from './run-wait.ts';
import { beginWhile } from './run-while.ts';

/** Begins what a step does. */
export function beginAction(machine: Machine, frame: StepFrame): void {
  const { action } = machine.stepOf(frame);
  switch (action.kind) {
    case 'call':
      return beginCall(machine, frame, action);
    case 'child':
      return beginChild(machine, frame, action);
    case 'set':
      return runSet(machine, frame, action);
    case 'output':
      return runOutput(machine, frame, action);
    case 'sleep':
      return beginSleep(machine, frame, action);
    case 'sleep_until':
      return beginSleepUntil(machine, frame, action);
    case 'wait':
      return beginWait(machine, frame, action);
    case 'approve':
      return beginApprove(machine, frame, action);
    case 'foreach':
      return beginForeach(machine, withLimit(machine, frame), action);
    case 'while':
      return beginWhile(machine, withLimit(machine, frame));
    case 'parallel':
      return beginParallel(machine, withLimit(machine, frame));
    case 'switch':
      return beginSwitch(machine, withLimit(machine, frame), action);
    case 'steps':
      return beginSteps(machine, withLimit(machine, frame), action);
  }
}

/** The time a step with others inside has for all of them. Asked for once, however often values must be fetched first. */
function withLimit(machine: Machine, frame: StepFrame): StepFrame {
  const { timeoutMs } = machine.stepOf(frame);
  if (!machine.record(frame.key) || machine.record(frame.key)?.status !== 'running')
    noteStep(machine, frame, 'running');
  if (timeoutMs === undefined || frame.timer !== undefined) return frame;
  return machine.put(withTimer(machine, frame, { purpose: 'timeout', dueAtMs: machine.nowMs + timeoutMs }));
}
