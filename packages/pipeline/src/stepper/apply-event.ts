import { answerCall, doubtCall, endCall, endChild, failCall } from './call-events.ts';
import { questionOf } from './cancel-frame.ts';
import { fail } from './end-step.ts';
import { fireTimer } from './fire-timer.ts';
import type { Machine } from './machine.ts';
import { answerApprove } from './run-approve.ts';
import { withArrived } from './run-wait.ts';
import type { ApprovalAnswered, EventMatched, StepperEvent, ValuesLoaded } from './stepper-event.ts';
import { stopRun } from './stop-run.ts';

/** Lets an event have its effect on the frame it is about; false when there is none it could have. */
export function applyEvent(machine: Machine, event: StepperEvent): boolean {
  switch (event.kind) {
    case 'Started':
      return false;
    case 'ToolDone':
      return endCall(machine, event);
    case 'ToolFailed':
      return failCall(machine, event);
    case 'InDoubt':
      return doubtCall(machine, event);
    case 'ChildDone':
      return endChild(machine, event);
    case 'TimerFired':
      return fireTimer(machine, event.timer);
    case 'EventMatched':
      return arrive(machine, event);
    case 'ApprovalAnswered':
      return answer(machine, event);
    case 'ValuesLoaded':
      return takeValues(machine, event);
    case 'Continued':
      return machine.draft.ready.length > 0;
    case 'CancelRequested':
      return stopRun(machine, event);
    default:
      return event satisfies never;
  }
}

function arrive(machine: Machine, { path, event }: EventMatched): boolean {
  const frame = machine.stepFrame(path);
  if (!frame || frame.ending || frame.phase !== 'busy' || frame.work?.kind !== 'wait') return false;
  machine.put(withArrived(machine, frame, event));
  machine.wake(path);
  return true;
}

function answer(machine: Machine, event: ApprovalAnswered): boolean {
  const frame = machine.stepFrame(event.path);
  if (!frame || frame.ending) return false;
  if (event.question !== undefined && event.question !== questionOf(frame)) return false;
  if (frame.phase === 'ask') return answerCall(machine, frame, event);
  return frame.phase === 'busy' && answerApprove(machine, frame, event);
}

function takeValues(machine: Machine, { path }: ValuesLoaded): boolean {
  const frame = machine.stepFrame(path);
  if (!frame?.isLoading) return false;
  const { isLoading: _isLoading, ...rest } = frame;
  const loaded = machine.put(rest);
  const lost = frame.refs?.find((ref) => !machine.loaded.has(ref));
  if (lost === undefined) machine.wake(path);
  else fail(machine, loaded, { kind: 'template', message: 'a value this step reads is no longer kept' });
  return true;
}
