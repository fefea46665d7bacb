import { compareLevels, effectiveLevel, type Level, type Principal } from '@signalbox/sdk';
import type { CompiledRule } from './compile-rule.ts';
import { type Decision, mergeObligations, type Reason, stricter } from './decision.ts';
import { type Policy, type PrincipalRules, rulesFor } from './policy.ts';
import { allowsScope } from './scope.ts';
import { permissionFor, type Question } from './target.ts';

/**
 * The one answer to "may this principal use this": expiry → organization → level → scopes → roles → rules → review, the
 * first that fails wins. Who acts for somebody may do what both may. Pure; the same question has the same answer.
 */
export function decide(policy: Policy, question: Question): Decision {
  const level = effectiveLevel(question.principal, question.interface);
  let decision = decideFor(policy, question, question.principal, level);
  for (let each = question.principal.onBehalfOf; each; each = each.onBehalfOf) {
    decision = stricter(decision, decideFor(policy, question, each, level));
  }
  return decision;
}

function decideFor(policy: Policy, question: Question, principal: Principal, level: Level): Decision {
  const own = policy.of(principal);
  const asked: Asked = { policy, question, principal, own, level };
  return (
    checkExpiry(asked) ??
    checkOrganization(asked) ??
    checkLevel(asked) ??
    scopesFirst(checkScopes(asked), checkRoles(asked) ?? checkReview(asked, applyRules(asked)))
  );
}

/** Scopes come before roles and rules; but what those hide must not be told of by asking for a scope. */
function scopesFirst(unscoped: Decision | undefined, rest: Decision): Decision {
  return unscoped && !rest.isHidden ? unscoped : rest;
}

/** A question about one principal of the chain. */
export interface Asked {
  readonly policy: Policy;
  readonly question: Question;
  readonly principal: Principal;
  readonly own: PrincipalRules;
  readonly level: Level;
}

/** Is the credential still good? */
export function checkExpiry(asked: Asked): Decision | undefined {
  const expiresAt = asked.principal.credential?.expiresAt;
  if (expiresAt === undefined || expiresAt > asked.question.atMs) return undefined;
  return denied(asked, 'expired', true);
}

/** Does the target belong to the principal's organization, or to all? What belongs to others is not there. */
export function checkOrganization(asked: Asked): Decision | undefined {
  const { org } = asked.question.target;
  if (org === undefined || org === asked.principal.org) return undefined;
  return denied(asked, 'other_organization', true);
}

/** Is the level high enough? */
export function checkLevel(asked: Asked): Decision | undefined {
  if (compareLevels(asked.level, asked.question.target.minLevel) >= 0) return undefined;
  return denied(asked, 'level', true);
}

/** Does the credential allow it? It can be asked for more, so what it lacks is told. */
export function checkScopes(asked: Asked): Decision | undefined {
  const { own, question } = asked;
  if (!own.scopes) return undefined;
  const permission = permissionFor(question.target.kind, question.isListing ?? false);
  if (allowsScope(own.scopes, permission, question.target.source)) return undefined;
  return { ...denied(asked, 'scope', false), missingScopes: [permission] };
}

/** Do the roles permit it? */
export function checkRoles(asked: Asked): Decision | undefined {
  const permission = permissionFor(asked.question.target.kind, false);
  if (asked.own.permitted.has(permission)) return undefined;
  return { ...denied(asked, 'permission', true), missingPermission: permission };
}

/** What the rules say: any deny wins, then any approve, then any allow; else it is denied. */
export function applyRules(asked: Asked): Decision {
  const { question, own } = asked;
  let isHidden = true;
  const matched: { deny: CompiledRule[]; approve: CompiledRule[]; allow: CompiledRule[] } = {
    deny: [],
    approve: [],
    allow: [],
  };
  for (const rule of rulesFor(own, question.target)) {
    if (rule.interfaces && !rule.interfaces.has(question.interface.name)) continue;
    const isFixed = !rule.isOpen && !rule.fitsArguments;
    if (rule.effect !== 'deny') isHidden = false;
    else if (isFixed) return { ...denied(asked, 'denied_by_rule', true), rules: [rule.id] };
    if (holdsNow(rule, question)) matched[rule.effect].push(rule);
  }
  return conclude(asked, matched, isHidden);
}

/** In a list, and of any use, what may come to be allowed by arguments or time is shown, and what may come to be denied, too. */
function holdsNow({ effect, isOpen, fitsArguments }: CompiledRule, question: Question): boolean {
  if ((question.isListing || question.isOfAnyUse) && (isOpen || fitsArguments)) return effect === 'allow';
  if (isOpen && !isOpen(question.atMs)) return false;
  return !fitsArguments || fitsArguments(question.args?.() ?? {});
}

function conclude(
  asked: Asked,
  { deny, approve, allow }: { readonly [effect in CompiledRule['effect']]: readonly CompiledRule[] },
  isHidden: boolean,
): Decision {
  const idsOf = (rules: readonly CompiledRule[]): readonly string[] => rules.map(({ id }) => id);
  if (deny.length > 0) return { ...denied(asked, 'denied_by_rule', isHidden), rules: idsOf(deny) };
  const deciding = approve.length > 0 ? approve : allow;
  if (deciding.length === 0) return denied(asked, 'no_rule_allows', isHidden);
  const obligations = mergeObligations([...approve, ...allow].map((rule) => rule.obligations));
  return {
    effect: approve.length > 0 ? 'approve' : 'allow',
    reason: approve.length > 0 ? 'approval' : 'allowed',
    level: asked.level,
    policyVersion: asked.policy.version,
    rules: idsOf(deciding),
    isHidden: false,
    ...(obligations ? { obligations } : {}),
  };
}

/** Has somebody looked at the definition since it changed? */
export function checkReview(asked: Asked, ruled: Decision): Decision {
  const { review } = asked.question.target;
  if (ruled.effect === 'deny' || review === undefined || review === 'approved') return ruled;
  return denied(asked, 'not_reviewed', true);
}

function denied({ level, policy }: Asked, reason: Reason, isHidden: boolean): Decision {
  return { effect: 'deny', reason, level, policyVersion: policy.version, rules: [], isHidden };
}
