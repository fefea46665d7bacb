import type { PipelineDefinition } from '../definition/pipeline-definition.ts';
import type { StepDefinition } from '../definition/step-definition.ts';

/** A step and where in the definition it stands. */
export interface DefinedStep {
  readonly step: StepDefinition;
  readonly at: string;
}

/** Every step of a definition, those inside others included, as they are written. */
export function everyStep(definition: PipelineDefinition): readonly DefinedStep[] {
  return [
    ...inList(definition.steps, 'steps'),
    ...inList(definition.on_failure, 'on_failure'),
    ...inList(definition.finally, 'finally'),
  ];
}

/** The lists of steps inside one step, with where they stand below it. */
function listsInside(step: StepDefinition): readonly (readonly [string, readonly StepDefinition[]])[] {
  const lists: [string, readonly StepDefinition[] | undefined][] = [
    ['else', step.else],
    ['steps', step.steps],
    ['parallel.steps', step.parallel?.steps],
    ...(step.parallel?.branches ?? []).map((steps, index): [string, readonly StepDefinition[]] => [
      `parallel.branches.${index}`,
      steps,
    ]),
    ...(step.switch?.cases ?? []).map(({ steps }, index): [string, readonly StepDefinition[]] => [
      `switch.cases.${index}.steps`,
      steps,
    ]),
    ['switch.default', step.switch?.default],
    [
      'on_error.steps',
      typeof step.on_error === 'object' && 'steps' in step.on_error ? step.on_error.steps : undefined,
    ],
  ];
  return lists.flatMap(([at, steps]) => (steps ? [[at, steps] as const] : []));
}

function inList(steps: readonly StepDefinition[] | undefined, at: string): readonly DefinedStep[] {
  return (steps ?? []).flatMap((step, index) => [
    { step, at: `${at}.${index}` },
    ...listsInside(step).flatMap(([inner, list]) => inList(list, `${at}.${index}.${inner}`)),
  ]);
}
