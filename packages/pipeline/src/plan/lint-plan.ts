import type { StepDefinition } from '../definition/step-definition.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import type { ErrorKind } from '../stepper/step-error.ts';
import type { DefinedStep } from './every-step.ts';
import { everyStep } from './every-step.ts';
import type { Plan } from './plan.ts';

/** Something that is allowed and probably not meant. */
export interface PlanHint {
  readonly path: string;
  readonly message: string;
}

/** What no retry hears of: a call in doubt goes by `on_unknown`, and the others end the step or the run. */
const neverRetried: ReadonlySet<ErrorKind> = new Set(['in_doubt', 'template', 'budget', 'canceled']);

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
  if (step.on_error === 'continue' && step.compensate && !step.validate)
    say('compensate', 'undoes nothing when the step itself fails, and "on_error" goes on then');
  if (step.retry?.on?.includes('tool_error') && step.on_unknown === undefined)
    say('retry.on', 'a tool that failed is called again; is that harmless? say so with "on_unknown", too');
  const unheard = step.retry?.on?.filter((kind) => neverRetried.has(kind)) ?? [];
  if (unheard.length > 0) say('retry.on', tellUnheard(unheard));
  const misfit = unanswered(step);
  if (misfit !== undefined)
    say('approve.on_timeout', `gives the value null when nobody answers, which "schema" refuses: ${misfit}`);
  return hints;
}

function tellUnheard(kinds: readonly ErrorKind[]): string {
  const names = kinds.map((kind) => `"${kind}"`).join(', ');
  const instead = kinds.includes('in_doubt') ? '; of calls in doubt "on_unknown" says what becomes' : '';
  return `a call that ends so is never made again for it: ${names}${instead}`;
}

/** What does not fit about the answer that stands for none. */
function unanswered({ approve }: StepDefinition): string | undefined {
  if (approve?.on_timeout !== 'approve' || !approve.schema) return undefined;
  return compileSchema(approve.schema, () => undefined, '')?.(null);
}

function unreadName({ step, at }: DefinedStep, text: string): readonly PlanHint[] {
  if (step.save_as === undefined || step.save_as === step.id || text.includes(`steps.${step.save_as}`))
    return [];
  return text.includes(`steps."${step.save_as}"`) || text.includes(`steps.\\"${step.save_as}\\"`)
    ? []
    : [{ path: `${at}.save_as`, message: `nothing reads "steps.${step.save_as}"` }];
}
