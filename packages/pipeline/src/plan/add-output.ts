import type { JsonValue } from '@signalbox/sdk';
import { bindTemplate } from './bind.ts';
import type { PlanBlock, PlanStep } from './plan.ts';
import { usualRetry } from './read-retry.ts';
import type { Surroundings } from './surroundings.ts';

/** Ends a block with a step of our own that gives its output; its id begins with `$`, as none of an author does. */
export function addOutput(
  block: PlanBlock,
  around: Surroundings,
  { path, value, at }: { readonly path: string; readonly value: JsonValue; readonly at: string },
): PlanBlock {
  const step: PlanStep = {
    id: path.slice(path.indexOf('$')),
    path,
    index: block.steps.length,
    loops: around.loops,
    action: { kind: 'output', value: bindTemplate(value, around, at) },
    retry: usualRetry,
    onError: { kind: 'fail' },
  };
  const longer: PlanBlock = {
    ...block,
    steps: [...block.steps, step],
    ...(block.after && { after: [...block.after, block.steps.map(({ index }) => index)] }),
  };
  around.steps.set(path, step);
  around.blocks.set(block.key, longer);
  return longer;
}
