import type { DefinedStep } from './every-step.ts';
import { everyStep } from './every-step.ts';
import type { Plan } from './plan.ts';

/** Something that is allowed and probably not meant. */
export interface PlanHint {
  readonly path: string;
  readonly message: string;
}

/** Looks for what is allowed and probably not meant. */
export function lintPlan({ definition }: Plan): readonly PlanHint[] {
  const defined = everyStep(definition);
  const text = JSON.stringify(definition);
  return [
    ...defined.flatMap((each) => [...hintsOf(each), ...unreadName(each, text)]),
    ...(definition.budget === undefined && defined.some(({ step }) => step.while || step.foreach)
      ? [{ path: 'budget', message: 'a pipeline with loops has no budget; say how many calls it may make' }]
      : []),
  ];
}

function hintsOf({ step, at }: DefinedStep): readonly PlanHint[] {
  const hints: PlanHint[] = [];
  const say = (path: string, message: string): void => void hints.push({ path: `${at}.${path}`, message });
  if (step.approve && step.approve.timeout === undefined)
    say('approve', 'waits for an answer for ever; give it a "timeout"');
  if (step.wait && step.wait.timeout === undefined)
    say('wait', 'waits for an event for ever; give it a "timeout"');
  if (step.on_error === 'continue' && step.compensate)
    say('compensate', 'undoes nothing when the step itself fails, and "on_error" goes on then');
  if (step.retry?.on?.includes('tool_error') && step.on_unknown === undefined)
    say('retry.on', 'a tool that failed is called again; is that harmless? say so with "on_unknown", too');
  return hints;
}

function unreadName({ step, at }: DefinedStep, text: string): readonly PlanHint[] {
  if (step.save_as === undefined || step.save_as === step.id || text.includes(`steps.${step.save_as}`))
    return [];
  return text.includes(`steps."${step.save_as}"`) || text.includes(`steps.\\"${step.save_as}\\"`)
    ? []
    : [{ path: `${at}.save_as`, message: `nothing reads "steps.${step.save_as}"` }];
}
