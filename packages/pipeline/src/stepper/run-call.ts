import { isJsonObject } from '@signalbox/sdk';
import type { ActionOf } from '../plan/plan.ts';
import { abortRun } from './abort-run.ts';
import { noteStep, succeedUnknown } from './end-step.ts';
import { evaluate, secretsIn, unknown } from './evaluate.ts';
import type { StepFrame } from './frame.ts';
import { idempotencyKey } from './idempotency-key.ts';
import type { Machine } from './machine.ts';
import { placeOf } from './place-of.ts';
import { useCall } from './use-call.ts';

const callMs = 30_000;

/** Calls the tool of a step, for the first time or again. */
export function beginCall(machine: Machine, frame: StepFrame, { tool, args }: ActionOf<'call'>): void {
  const step = machine.stepOf(frame);
  const given = evaluate(machine, args, placeOf(machine, frame));
  const key = step.cache && evaluate(machine, step.cache.key, placeOf(machine, frame));
  const { dryRun } = machine.draft;
  if (given === unknown || key === unknown || (dryRun && !dryRun.readOnlyTools.includes(tool))) {
    machine.emit({
      kind: 'Planned',
      path: frame.key,
      action: 'call',
      target: tool,
      args: given === unknown ? args.source : given,
    });
    return succeedUnknown(machine, frame);
  }
  if (!useCall(machine))
    return abortRun(machine, { kind: 'budget', message: 'the calls of the budget are used up' });
  const calling = machine.put({ ...frame, phase: 'busy', attempt: frame.attempt + 1 });
  noteStep(machine, calling, 'running');
  machine.emit({
    kind: 'CallTool',
    path: frame.key,
    attempt: calling.attempt,
    tool,
    args: isJsonObject(given) ? given : {},
    ...secretsIn(machine, args, placeOf(machine, frame)),
    timeoutMs: step.timeoutMs ?? callMs,
    idempotencyKey: idempotencyKey(machine, frame),
    ...(step.onUnknown && { onUnknown: step.onUnknown }),
    ...(step.cache && key !== undefined && { cache: { key: textOf(key), ttlMs: step.cache.ttlMs } }),
  });
}

function textOf(key: unknown): string {
  return typeof key === 'string' ? key : JSON.stringify(key);
}
