import { isSignalboxError } from '@signalbox/sdk';
import type { ActionOf } from '../plan/plan.ts';
import { withTimer } from './cancel-frame.ts';
import { fail, noteStep, succeed, succeedUnknown } from './end-step.ts';
import { evaluate, test, unknown } from './evaluate.ts';
import type { StepFrame } from './frame.ts';
import { jsonBytes } from './json-bytes.ts';
import type { Machine } from './machine.ts';
import { placeOf } from './place-of.ts';
import type { BusEvent } from './stepper-event.ts';

/** Waits for an event of a topic. */
export function beginWait(machine: Machine, frame: StepFrame, action: ActionOf<'wait'>): void {
  const topic = evaluate(machine, action.topic, placeOf(machine, frame));
  if (topic === unknown || machine.draft.dryRun) {
    const target = typeof topic === 'string' ? topic : '(not known yet)';
    machine.emit({ kind: 'Planned', path: frame.key, action: 'wait', target, args: {} });
    return succeedUnknown(machine, frame);
  }
  if (typeof topic !== 'string' || topic === '')
    return fail(machine, frame, { kind: 'template', message: '"wait.event" must give a topic' });
  noteStep(machine, frame, 'waiting');
  machine.emit({ kind: 'WaitEvent', path: frame.key, topic });
  const waiting: StepFrame = { ...frame, phase: 'busy', work: { kind: 'wait', arrived: [] } };
  machine.put(
    action.timeoutMs === undefined
      ? waiting
      : withTimer(machine, waiting, { purpose: 'timeout', dueAtMs: machine.nowMs + action.timeoutMs }),
  );
}

/** Looks at the events that arrived; the first that matches is the output. */
export function continueWait(machine: Machine, frame: StepFrame, action: ActionOf<'wait'>): void {
  if (frame.work?.kind !== 'wait') return;
  const problems: string[] = [];
  const event = frame.work.arrived.find((each) => isMatch(machine, frame, action, { event: each, problems }));
  const [problem] = problems;
  const isTold = frame.work.isTold ?? (problem === undefined ? undefined : true);
  if (problem !== undefined && !frame.work.isTold)
    machine.emit({
      kind: 'Log',
      level: 'warn',
      message: `an event was passed over, as are others of which "match" cannot be told: ${problem}`,
      path: frame.key,
    });
  if (!event) {
    machine.addBytes(-frame.bytes);
    machine.put({ ...frame, bytes: 0, work: { kind: 'wait', arrived: [], ...(isTold && { isTold }) } });
    return;
  }
  machine.emit({ kind: 'CancelWait', path: frame.key });
  const { topic, id, payload, source } = event;
  succeed(machine, frame, { json: { topic, id, payload, source: source ?? null } });
}

/** Whoever sends events must not end a run by one that is odd: of which it cannot be told does not match. */
function isMatch(
  machine: Machine,
  frame: StepFrame,
  { match }: ActionOf<'wait'>,
  { event, problems }: { readonly event: BusEvent; readonly problems: string[] },
): boolean {
  try {
    return !match || test(machine, match, { ...placeOf(machine, frame), event }) === true;
  } catch (error) {
    if (!isSignalboxError(error) || error.code !== 'template_failed') throw error;
    problems.push(error.message);
    return false;
  }
}

/** Keeps an event until it has been looked at. */
export function withArrived(machine: Machine, frame: StepFrame, event: BusEvent): StepFrame {
  const before = frame.work?.kind === 'wait' ? frame.work : undefined;
  const bytes = sizeOf(event);
  machine.addBytes(bytes);
  return {
    ...frame,
    bytes: frame.bytes + bytes,
    work: { ...before, kind: 'wait', arrived: [...(before?.arrived ?? []), event] },
  };
}

function sizeOf(event: BusEvent): number {
  return jsonBytes(event.payload) + event.topic.length + event.id.length;
}
