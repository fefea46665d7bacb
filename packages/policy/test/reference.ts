// The rules of access once more, written from their description and as plainly as can be: nothing compiled, nothing kept,
// nothing shared with the code that is tested. Slow on purpose.
import type { JsonObject, JsonValue, Level, Principal } from '@signalbox/sdk';
import type { RuleDefinition, Target } from '../src/index.ts';

/** A question in plain values. */
export interface PlainQuestion {
  readonly principal: Principal;
  readonly through: { readonly name: string; readonly level: Level };
  readonly target: Target;
  readonly isListing: boolean;
  readonly args: JsonObject;
  readonly atMs: number;
}

/** What the reference says: the effect, and whether the target is hidden. */
export type Verdict = 'allow' | 'approve' | 'deny, hidden' | 'deny, shown';

const heights: { readonly [level in Level]: number } = { none: 0, public: 1, trusted: 2, anchor: 3 };

/** What every scope and permission stands for, written out in full. */
const meanings: { readonly [name: string]: readonly string[] } = {
  'tools:list': ['tools:list'],
  'tools:call': ['tools:call', 'tools:list'],
  'resources:read': ['resources:read'],
  'prompts:read': ['prompts:read'],
};

const users = ['tools:call', 'resources:read', 'prompts:read'];
const roleMeanings: { readonly [role: string]: readonly string[] } = {
  owner: users,
  admin: users,
  operator: users,
  developer: users,
  member: users,
  auditor: [],
  viewer: ['resources:read', 'prompts:read'],
  public: users,
  extension: users,
};

/** Decides. */
export function judge(rules: readonly RuleDefinition[], question: PlainQuestion): Verdict {
  const chain: Principal[] = [];
  for (let each: Principal | undefined = question.principal; each; each = each.onBehalfOf) chain.push(each);
  const verdicts = chain.map((principal) => judgeOne(rules, question, chain, principal));
  for (const strict of ['deny, hidden', 'deny, shown', 'approve'] as const)
    if (verdicts.includes(strict)) return strict;
  return 'allow';
}

function judgeOne(
  rules: readonly RuleDefinition[],
  question: PlainQuestion,
  chain: readonly Principal[],
  principal: Principal,
): Verdict {
  const { target, isListing, atMs } = question;
  if (principal.credential?.expiresAt !== undefined && principal.credential.expiresAt <= atMs)
    return 'deny, hidden';
  if (target.org !== undefined && target.org !== principal.org) return 'deny, hidden';
  const lowest = Math.min(
    heights[question.through.level],
    ...chain.map(({ level }) => heights[level]),
    ...chain.map(({ grant = 'anchor' }) => heights[grant]),
  );
  if (lowest < heights[target.minLevel]) return 'deny, hidden';
  const rest = judgeByRolesAndRules(rules, question, principal);
  if (rest === 'deny, hidden') return rest;
  const wanted = {
    tool: isListing ? 'tools:list' : 'tools:call',
    resource: 'resources:read',
    prompt: 'prompts:read',
  }[target.kind];
  if (principal.scopes && !principal.scopes.some((scope) => scopeAllows(scope, wanted, target.source)))
    return 'deny, shown';
  return rest;
}

function scopeAllows(scope: string, wanted: string, source: string): boolean {
  if (scope === `tools:call:${source}`) return wanted.startsWith('tools:');
  return meanings[scope]?.includes(wanted) ?? false;
}

function judgeByRolesAndRules(
  rules: readonly RuleDefinition[],
  question: PlainQuestion,
  principal: Principal,
): Verdict {
  const { target, isListing } = question;
  const roles = rolesOf(principal);
  const use = { tool: 'tools:call', resource: 'resources:read', prompt: 'prompts:read' }[target.kind];
  if (!roles.some((role) => roleMeanings[role]?.includes(use))) return 'deny, hidden';
  const about = rules.filter((rule) => rule.isEnabled && isAbout(rule, question, principal));
  const isConditional = (rule: RuleDefinition): boolean => rule.when !== undefined || rule.args !== undefined;
  if (about.some((rule) => rule.effect === 'deny' && !isConditional(rule))) return 'deny, hidden';
  const isShown = about.some((rule) => rule.effect !== 'deny');
  const matching = about.filter((rule) => {
    if (isListing && isConditional(rule)) return rule.effect === 'allow';
    return isOpen(rule, question.atMs) && argumentsFit(rule, question.args);
  });
  const has = (effect: string): boolean => matching.some((rule) => rule.effect === effect);
  const refused = isShown ? 'deny, shown' : 'deny, hidden';
  if (has('deny')) return refused;
  if (!has('approve') && !has('allow')) return refused;
  if (target.review === 'unreviewed' || target.review === 'quarantined') return 'deny, hidden';
  return has('approve') ? 'approve' : 'allow';
}

function rolesOf({ kind, roles }: Principal): readonly string[] {
  if (kind === 'anonymous') return ['public'];
  if (kind === 'extension' && roles === undefined) return ['extension'];
  return roles ?? [];
}

function isAbout(
  { who = {}, what = {} }: RuleDefinition,
  question: PlainQuestion,
  principal: Principal,
): boolean {
  const { target } = question;
  const any = <Value>(wanted: readonly Value[] | undefined, given: readonly Value[]): boolean =>
    wanted === undefined || given.some((each) => wanted.includes(each));
  const annotations: { readonly [name: string]: JsonValue } =
    target.kind === 'tool'
      ? {
          readOnlyHint: false,
          destructiveHint: true,
          idempotentHint: false,
          openWorldHint: true,
          ...booleans(target.annotations),
        }
      : { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
  return (
    any(who.users, principal.kind === 'user' ? [principal.id] : []) &&
    any(who.services, principal.kind === 'service' ? [principal.id] : []) &&
    any(who.teams, principal.teams ?? []) &&
    any(who.roles, rolesOf(principal)) &&
    any(who.clients, principal.credential?.client === undefined ? [] : [principal.credential.client]) &&
    any<string>(who.interfaces, [question.through.name]) &&
    any(what.upstreams, [target.source]) &&
    any<string>(what.kinds, [target.kind]) &&
    (what.targets === undefined || what.targets.some((pattern) => isLike(pattern, target.name))) &&
    Object.entries(what.annotations ?? {}).every(([name, wanted]) => annotations[name] === wanted)
  );
}

function booleans(given: JsonObject | undefined): JsonObject {
  return Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => typeof value === 'boolean'));
}

function isLike(pattern: string, text: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^]*');
  return new RegExp(`^${source}$`).test(text);
}

function isOpen({ when }: RuleDefinition, atMs: number): boolean {
  if (!when) return true;
  if (when.notBefore !== undefined && atMs < new Date(when.notBefore).getTime()) return false;
  if (when.notAfter !== undefined && atMs >= new Date(when.notAfter).getTime()) return false;
  const local = new Date(new Date(atMs).toLocaleString('en-US', { timeZone: when.timeZone }));
  const minutes = local.getHours() * 60 + local.getMinutes();
  const dayOf = (back: number): string =>
    ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(local.getDay() + 7 - back) % 7] ?? '';
  const isDay = (back: number): boolean =>
    when.days === undefined || (when.days as string[]).includes(dayOf(back));
  const toMinutes = (text: string): number =>
    text.split(':').reduce<number>((sum, part) => sum * 60 + Number(part), 0);
  const from = toMinutes(when.from ?? '00:00');
  const to = toMinutes(when.to ?? '24:00');
  if (from < to) return isDay(0) && from <= minutes && minutes < to;
  return (isDay(0) && minutes >= from) || (isDay(1) && minutes < to);
}

function argumentsFit({ args: conditions = [], effect }: RuleDefinition, args: JsonObject): boolean {
  return conditions.every((condition) => {
    const value = args[condition.at.slice(1)];
    switch (condition.is) {
      case 'present':
        return value !== undefined;
      case 'absent':
        return value === undefined;
      case 'equal':
        return value === condition.value;
      case 'unequal':
        return value !== condition.value;
      case 'one-of':
        return condition.value.includes(value as string);
      case 'none-of':
        return !condition.value.includes(value as string);
      default: {
        if (value === undefined) return false;
        const isOfKind = typeof value === typeof condition.value;
        if (!isOfKind) return effect !== 'allow';
        return compare(condition.is, value, condition.value);
      }
    }
  });
}

function compare(is: string, value: JsonValue, bound: JsonValue): boolean {
  const [number, limit] = [Number(value), Number(bound)];
  const [text, part] = typeof value === 'string' && typeof bound === 'string' ? [value, bound] : ['', ''];
  const results: { readonly [is: string]: boolean } = {
    less: number < limit,
    'at-most': number <= limit,
    more: number > limit,
    'at-least': number >= limit,
    starting: text.startsWith(part),
    ending: text.endsWith(part),
    containing: text.includes(part),
  };
  return results[is] ?? false;
}
