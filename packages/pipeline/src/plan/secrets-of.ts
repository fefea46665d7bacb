import type { PlanStep, SecretUse } from './plan.ts';

/** Every secret the calls of some steps are given, with the tool it is for; sorted, each pair once. */
export function secretsOf(steps: Iterable<PlanStep>): readonly SecretUse[] {
  const uses = new Map<string, SecretUse>();
  for (const { action, compensate } of steps)
    for (const call of [action.kind === 'call' ? action : undefined, compensate])
      for (const secret of call?.args.template.secrets ?? [])
        uses.set(`${secret} ${call?.tool ?? ''}`, { secret, tool: call?.tool ?? '' });
  return [...uses].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, use]) => use);
}
