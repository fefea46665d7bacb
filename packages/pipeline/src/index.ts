export type { LocalTime } from './calendar.ts';
export { Budget, type BudgetLimits } from './jmespath/budget.ts';
export { compileExpression, type Expression } from './jmespath/compile-expression.ts';
export { compileCondition } from './template/compile-condition.ts';
export { compileTemplate } from './template/compile-template.ts';
export type {
  Condition,
  Reference,
  Scope,
  Template,
  TimeScope,
  Zones,
} from './template/template.ts';
export { engineVersion, type Plan } from './plan/plan.ts';
export { type Advance, advance, resume, start } from './stepper/advance.ts';
export type { CallTool, Command, Finish, StartChild } from './stepper/command.ts';
export type { ErrorKind, StepError } from './stepper/step-error.ts';
export type { BusEvent, RunFacts, Started, StepperEvent } from './stepper/stepper-event.ts';
export type { StepperState, StepRecord } from './stepper/stepper-state.ts';
export { inlineLimitBytes, type Value } from './stepper/value.ts';
