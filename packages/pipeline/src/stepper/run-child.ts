import { isJsonObject } from '@signalbox/sdk';
import { limits } from '../definition/limits.ts';
import type { ActionOf } from '../plan/plan.ts';
import { abortRun } from './abort-run.ts';
import { fail, noteStep, succeedUnknown } from './end-step.ts';
import { evaluate, unknown } from './evaluate.ts';
import type { StepFrame } from './frame.ts';
import { idempotencyKey } from './idempotency-key.ts';
import type { Machine } from './machine.ts';
import { placeOf } from './place-of.ts';
import { useCall } from './use-call.ts';

/** Runs another task. */
export function beginChild(machine: Machine, frame: StepFrame, { task, args }: ActionOf<'child'>): void {
  const step = machine.stepOf(frame);
  const { run, dryRun } = machine.draft;
  const given = evaluate(machine, args, placeOf(machine, frame));
  if (given === unknown || dryRun) {
    const shown = given === unknown ? args.source : given;
    machine.emit({ kind: 'Planned', path: frame.key, action: 'child', target: task, args: shown });
    return succeedUnknown(machine, frame);
  }
  if (run.depth >= limits.callDepth)
    return fail(machine, frame, {
      kind: 'budget',
      message: `tasks call tasks more than ${limits.callDepth} deep; does one call itself?`,
    });
  if (!useCall(machine))
    return abortRun(machine, { kind: 'budget', message: 'the calls of the budget are used up' });
  const calling = machine.put({ ...frame, phase: 'busy', attempt: frame.attempt + 1 });
  noteStep(machine, calling, 'running');
  machine.emit({
    kind: 'StartChild',
    path: frame.key,
    attempt: calling.attempt,
    task,
    params: isJsonObject(given) ? given : {},
    depth: run.depth + 1,
    ...(step.timeoutMs !== undefined && { timeoutMs: step.timeoutMs }),
    idempotencyKey: idempotencyKey(machine, frame),
  });
}
