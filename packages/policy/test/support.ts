import type { CallInterface, Principal } from '@signalbox/sdk';
import { Policy, type Question, type RuleDefinition, ruleDefinition, type Target } from '../src/index.ts';

/** A member who signed in, over HTTP. */
export const ada: Principal = { kind: 'user', id: 'ada', org: 'acme', level: 'trusted', roles: ['member'] };

/** The way in most tests take. */
const http: CallInterface = { name: 'http', level: 'trusted' };

/** A tool everybody in the hub shares. */
export const deploy: Target = { kind: 'tool', source: 'ci', name: 'deploy', minLevel: 'trusted' };

/** A question of Ada's about deploying, with what differs. */
export function asks(change: Partial<Question> = {}): Question {
  return { principal: ada, interface: http, target: deploy, atMs: 0, ...change };
}

/** A rule as somebody writes it. */
export function rule(definition: object): RuleDefinition {
  return ruleDefinition.parse({ id: 'r', effect: 'allow', ...definition });
}

/** A policy of these rules. */
export function policyOf(...rules: readonly object[]): Policy {
  const named = rules.map((each, index) => rule({ id: `r${index}`, ...each }));
  return new Policy({ version: 'test', rules: named });
}
