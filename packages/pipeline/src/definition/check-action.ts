import type { z } from 'zod';
import type { StepDefinition } from './step-definition.ts';

const actions = [
  'uses',
  'call',
  'set',
  'output',
  'sleep',
  'sleep_until',
  'wait',
  'approve',
  'foreach',
  'while',
  'parallel',
  'switch',
  'steps',
] as const;
/** What a step does. */
type ActionName = (typeof actions)[number];

const loops: readonly ActionName[] = ['foreach', 'while'];
const calls: readonly ActionName[] = ['uses', 'call'];
const withInside: readonly ActionName[] = ['foreach', 'while', 'parallel', 'switch', 'steps'];
/** Fields that only make sense with some actions. */
const onlyWith: readonly (readonly [keyof StepDefinition, readonly ActionName[]])[] = [
  ['with', calls],
  ['max_retries', calls],
  ['retry', calls],
  ['on_unknown', ['uses']],
  ['compensate', calls],
  ['cache', ['uses']],
  ['timeout_seconds', [...calls, ...withInside]],
];

/** The action of a step that has been checked. */
function actionOf(step: StepDefinition): ActionName | undefined {
  const given = actions.filter((name) => step[name] !== undefined);
  const loop = given.find((name) => loops.includes(name));
  if (loop && given.length === 2 && given.includes('steps')) return loop;
  return given.length === 1 && !loop ? given[0] : undefined;
}

/** Reports a step with no action, several, or with fields its action has no use for. */
export function checkAction(step: StepDefinition, context: z.RefinementCtx): void {
  const action = actionOf(step);
  const report = (path: string[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  if (!action) return report([], tellActions(step));
  for (const [field, allowed] of onlyWith)
    if (step[field] !== undefined && !allowed.includes(action))
      report(
        [field],
        `has no meaning with "${action}"; it goes with ${allowed.map((name) => `"${name}"`).join(', ')}`,
      );
  if (step.else && !step.if) report(['else'], 'needs an "if"');
  if (step.max_retries !== undefined && step.retry?.max !== undefined)
    report(['max_retries'], 'says the same as "retry.max"; keep one of them');
  if (step.parallel && (step.parallel.steps === undefined) === (step.parallel.branches === undefined))
    report(['parallel'], 'needs "steps" or "branches", one of them');
}

function tellActions(step: StepDefinition): string {
  const given = actions.filter((name) => step[name] !== undefined);
  if (given.length === 0)
    return `does nothing; give it one of ${actions.map((name) => `"${name}"`).join(', ')}`;
  const loop = given.find((name) => loops.includes(name));
  if (given.length === 1 && loop) return `"${loop}" needs "steps" beside it`;
  return `does several things: ${given.map((name) => `"${name}"`).join(', ')}; make a step of each`;
}
