export type { LocalTime } from './calendar.ts';
export { readDuration } from './definition/duration.ts';
export { limits } from './definition/limits.ts';
export { type DefinitionIssue, parsePipeline } from './definition/parse-pipeline.ts';
export { type PipelineDefinition, pipelineDefinition } from './definition/pipeline-definition.ts';
export { pipelineJsonSchema } from './definition/pipeline-json-schema.ts';
export type { RetryDefinition, StepDefinition } from './definition/step-definition.ts';
export { Budget, type BudgetLimits } from './jmespath/budget.ts';
export { compileExpression, type Expression } from './jmespath/compile-expression.ts';
export { isTooDeep } from './jmespath/is-too-deep.ts';
export { maxResultDepth } from './jmespath/limits.ts';
export { graphOf } from './plan/graph-of.ts';
export { lintPlan, type PlanHint } from './plan/lint-plan.ts';
export { makePlan, type PlanOptions } from './plan/make-plan.ts';
export { engineVersion, type Plan, type SecretUse } from './plan/plan.ts';
export { type PlanRequirements, planRequirements } from './plan/plan-requirements.ts';
export { compileSchema } from './schema/compile-schema.ts';
export { type Advance, advance, resume, start } from './stepper/advance.ts';
export type {
  AskApproval,
  CallTool,
  CancelCall,
  CancelTimer,
  CancelWait,
  Command,
  Continue,
  Finish,
  GiveUp,
  LoadValues,
  LogLine,
  Planned,
  StartChild,
  StartTimer,
  StepChanged,
  Stop,
  WaitEvent,
} from './stepper/command.ts';
export { hasEffect } from './stepper/has-effect.ts';
export { type ErrorKind, errorKinds, type StepError } from './stepper/step-error.ts';
export type {
  ApprovalAnswered,
  BusEvent,
  CancelRequested,
  ChildDone,
  Continued,
  EventMatched,
  InDoubt,
  RunFacts,
  Started,
  StepperEvent,
  TimerFired,
  ToolDone,
  ToolFailed,
  ValuesLoaded,
} from './stepper/stepper-event.ts';
export {
  type StepperState,
  type StepRecord,
  type StepStatus,
  stateLimitBytes,
} from './stepper/stepper-state.ts';
export { inlineLimitBytes, type Value } from './stepper/value.ts';
export { compileCondition } from './template/compile-condition.ts';
export { compileTemplate } from './template/compile-template.ts';
export { type SecretText, writeSecret } from './template/secret-text.ts';
export type {
  Condition,
  Reference,
  Scope,
  Template,
  TimeScope,
  Zones,
} from './template/template.ts';
