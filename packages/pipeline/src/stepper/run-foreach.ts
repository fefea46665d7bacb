import { limits } from '../definition/limits.ts';
import type { ActionOf } from '../plan/plan.ts';
import { blockOutput, forgetBlock } from './block-output.ts';
import { fail, succeed, succeedUnknown } from './end-step.ts';
import { evaluate, unknown } from './evaluate.ts';
import type { Ended, StepFrame, Work } from './frame.ts';
import { jsonBytes, valueBytes } from './json-bytes.ts';
import type { Machine } from './machine.ts';
import { openBlock } from './open-frame.ts';
import { placeOf } from './place-of.ts';
import { listOf, nothing } from './values.ts';

type Loop = Extract<Work, { readonly kind: 'foreach' }>;

/** Begins a loop, or goes on with one of an earlier attempt of the run. */
export function beginForeach(machine: Machine, frame: StepFrame, action: ActionOf<'foreach'>): void {
  if (frame.work?.kind === 'foreach') {
    const again = { ...frame.work, next: 0 };
    return startItems(machine, { ...frame, phase: 'busy' }, action, again);
  }
  const items = evaluate(machine, action.list, placeOf(machine, frame));
  if (items === unknown) return succeedUnknown(machine, frame);
  if (!Array.isArray(items))
    return fail(machine, frame, { kind: 'template', message: '"foreach.in" must give a list' });
  if (items.length > limits.items)
    return fail(machine, frame, {
      kind: 'budget',
      message: `"foreach.in" gives ${items.length} items, more than ${limits.items}; go over a part at a time`,
    });
  const bytes = jsonBytes(items);
  machine.addBytes(bytes);
  const work: Loop = { kind: 'foreach', items, next: 0, results: items.map(() => null) };
  startItems(machine, { ...frame, phase: 'busy', bytes: frame.bytes + bytes }, action, work);
}

/** Takes what items gave, and starts the next. */
export function continueForeach(machine: Machine, frame: StepFrame, action: ActionOf<'foreach'>): void {
  if (frame.work?.kind !== 'foreach') return;
  const results = [...frame.work.results];
  let so: StepFrame = { ...frame, ended: [] };
  for (const ended of frame.ended) {
    const { output, isUnknown } = takeItem(machine, frame, action, ended);
    results[ended.index] = output;
    so = { ...so, bytes: so.bytes + valueBytes(output), ...(isUnknown && { isUnknown }) };
  }
  machine.addBytes(so.bytes - frame.bytes);
  startItems(machine, so, action, { ...frame.work, results });
}

function takeItem(
  machine: Machine,
  frame: StepFrame,
  { body }: ActionOf<'foreach'>,
  { key, index, outcome }: Ended,
): ReturnType<typeof blockOutput> {
  const indices = [...frame.indices, index];
  const given = outcome.status === 'done' ? blockOutput(machine, body, indices) : { output: nothing };
  if (outcome.status === 'failed')
    machine.emit({
      kind: 'Log',
      level: 'warn',
      message: `item ${index} failed: ${outcome.error.kind}`,
      path: key,
    });
  forgetBlock(machine, body, indices);
  return given;
}

function startItems(machine: Machine, frame: StepFrame, action: ActionOf<'foreach'>, work: Loop): void {
  let next = work.next;
  const begun: number[] = [];
  for (; next < work.items.length && frame.running.length + begun.length < action.maxParallel; next++)
    if (work.results[next] === null) begun.push(next);
  const so = machine.put({ ...frame, work: { ...work, next } });
  for (const index of begun)
    openBlock(machine, so, action.body, { index, indices: [...frame.indices, index] });
  if (frame.running.length + begun.length === 0)
    succeed(machine, so, listOf(work.results.map((result) => result ?? nothing)));
}
