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
export function continueWait(machine: Machine, frame: StepFrame, { match }: ActionOf<'wait'>): void {
  if (frame.work?.kind !== 'wait') return;
  const event = frame.work.arrived.find(
    (each) => !match || test(machine, match, { ...placeOf(machine, frame), event: each }) === true,
  );
  if (!event) {
    machine.addBytes(-frame.bytes);
    machine.put({ ...frame, bytes: 0, work: { kind: 'wait', arrived: [] } });
    return;
  }
  machine.emit({ kind: 'CancelWait', path: frame.key });
  const { topic, id, payload, source } = event;
  succeed(machine, frame, { json: { topic, id, payload, source: source ?? null } });
}

/** Keeps an event until it has been looked at. */
export function withArrived(machine: Machine, frame: StepFrame, event: BusEvent): StepFrame {
  const arrived = frame.work?.kind === 'wait' ? frame.work.arrived : [];
  const bytes = sizeOf(event);
  machine.addBytes(bytes);
  return { ...frame, bytes: frame.bytes + bytes, work: { kind: 'wait', arrived: [...arrived, event] } };
}

function sizeOf(event: BusEvent): number {
  return jsonBytes(event.payload) + event.topic.length + event.id.length;
}
