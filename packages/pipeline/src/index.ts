export { Budget, type BudgetLimits } from './jmespath/budget.ts';
export type {
  Condition,
  LocalTime,
  Reference,
  Scope,
  Template,
  TimeScope,
  Zones,
} from './template/template.ts';
