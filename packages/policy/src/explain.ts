import { effectiveLevel, type Level, type Principal } from '@signalbox/sdk';
import {
  type Asked,
  applyRules,
  checkExpiry,
  checkLevel,
  checkOrganization,
  checkReview,
  checkRoles,
  checkScopes,
  decide,
} from './decide.ts';
import type { Decision } from './decision.ts';
import type { Policy } from './policy.ts';
import type { Question } from './target.ts';

/** One step of a decision about one principal. */
export interface ExplainedStep {
  readonly step: 'expiry' | 'organization' | 'level' | 'scopes' | 'roles' | 'rules' | 'review';
  readonly isPassed: boolean;
  /** What was compared, in a few words. */
  readonly text: string;
  readonly rules?: readonly string[];
}

/** A decision with every step, also those after the first that failed, for everybody in the chain. */
export interface Explanation {
  readonly decision: Decision;
  readonly chain: readonly {
    readonly as: string;
    readonly org: string;
    readonly steps: readonly ExplainedStep[];
  }[];
}

/** Explains what {@link decide} says, by the same steps. */
export function explain(policy: Policy, question: Question): Explanation {
  const level = effectiveLevel(question.principal, question.interface);
  const chain: Principal[] = [];
  for (let each: Principal | undefined = question.principal; each; each = each.onBehalfOf) chain.push(each);
  return {
    decision: decide(policy, question),
    chain: chain.map((principal) => ({
      as: `${principal.kind} ${principal.id}`,
      org: principal.org,
      steps: stepsFor({ policy, question, principal, own: policy.of(principal), level }),
    })),
  };
}

function stepsFor(asked: Asked): readonly ExplainedStep[] {
  const { question, principal, own, level } = asked;
  const { target } = question;
  const ruled = applyRules(asked);
  const step = (name: ExplainedStep['step'], refusal: Decision | undefined, text: string): ExplainedStep => ({
    step: name,
    isPassed: refusal === undefined,
    text,
  });
  return [
    step('expiry', checkExpiry(asked), expiryText(principal)),
    step(
      'organization',
      checkOrganization(asked),
      `${target.org ?? 'shared'}, principal in ${principal.org}`,
    ),
    step('level', checkLevel(asked), levelText(asked, level)),
    step(
      'scopes',
      checkScopes(asked),
      own.scopes ? listed(principal.scopes) : 'the credential is not limited',
    ),
    step('roles', checkRoles(asked), `${listed(principal.roles)} permit ${listed([...own.permitted])}`),
    { ...step('rules', ruled.effect === 'deny' ? ruled : undefined, ruled.reason), rules: ruled.rules },
    step('review', reviewRefusal(asked), target.review ?? 'approved'),
  ];
}

function reviewRefusal(asked: Asked): Decision | undefined {
  const allowed = { ...applyRules(asked), effect: 'allow' } as const;
  const reviewed = checkReview(asked, allowed);
  return reviewed.effect === 'deny' ? reviewed : undefined;
}

function expiryText({ credential }: Principal): string {
  if (credential?.expiresAt === undefined) return 'the credential does not expire';
  return `the credential is good until ${new Date(credential.expiresAt).toISOString()}`;
}

function levelText({ question, principal }: Asked, level: Level): string {
  const { target, interface: through } = question;
  const parts = [`interface ${through.name} ${through.level}`, `principal ${principal.level}`];
  if (principal.grant) parts.push(`credential ${principal.grant}`);
  return `effective ${level} (${parts.join(', ')}), wanted ${target.minLevel}`;
}

function listed(names: readonly string[] | undefined): string {
  return names && names.length > 0 ? names.join(', ') : 'none';
}
