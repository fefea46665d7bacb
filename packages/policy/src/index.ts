export { decide } from './decide.ts';
export type { Decision, Reason } from './decision.ts';
export { type ExplainedStep, type Explanation, explain } from './explain.ts';
export {
  type DecisionExplainer,
  decisionExplainer,
  type WhyAnswer,
  type WhyQuestion,
} from './explainer.ts';
export { compileGlob } from './glob.ts';
export { hubOrganization, isPermission } from './permission.ts';
export { findRefusal, type Refusal, type Wanted } from './permit.ts';
export {
  firstPolicy,
  Policy,
  type PolicyBook,
  type PolicyParts,
  policyBook,
  policyChanged,
} from './policy.ts';
export { builtinRoles } from './role.ts';
export { firstRule, type Obligations, type RuleDefinition, ruleDefinition } from './rule.ts';
export { isScope } from './scope.ts';
export type { Question, Target } from './target.ts';
