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
