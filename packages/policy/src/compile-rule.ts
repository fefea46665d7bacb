import type { JsonObject, Principal } from '@signalbox/sdk';
import { type ArgumentPredicate, holds } from './argument-predicate.ts';
import { compileGlob } from './glob.ts';
import type { Obligations, RuleDefinition } from './rule.ts';
import type { Target } from './target.ts';
import { compileWindow } from './time-window.ts';

/** A rule, ready to be asked. Each question is answered for itself, so that answers which stay the same are kept. */
export interface CompiledRule {
  readonly id: string;
  readonly effect: RuleDefinition['effect'];
  readonly obligations: Obligations | undefined;
  readonly isAbout: (principal: Principal) => boolean;
  /** Undefined where the way in does not matter. */
  readonly interfaces: ReadonlySet<string> | undefined;
  /** Undefined where any source fits. */
  readonly sources: ReadonlySet<string> | undefined;
  readonly fits: (target: Target) => boolean;
  /** Undefined where the time does not matter. */
  readonly isOpen: ((atMs: number) => boolean) | undefined;
  /** Undefined where the arguments do not matter. */
  readonly fitsArguments: ((args: JsonObject) => boolean) | undefined;
}

/** Compiles one rule. */
export function compileRule(rule: RuleDefinition): CompiledRule {
  const { id, effect, who, what, when, args } = rule;
  return {
    id,
    effect,
    obligations: rule.obligations,
    isAbout: compileWho(who),
    interfaces: who?.interfaces && new Set(who.interfaces),
    sources: what?.upstreams && new Set(what.upstreams),
    fits: compileWhat(what),
    isOpen: when && compileWindow(when),
    fitsArguments: args && ((given) => args.every((each) => isMet(effect, each, given))),
  };
}

/** What cannot be compared counts against the caller: it meets a rule that forbids, and none that allows. */
function isMet(effect: RuleDefinition['effect'], predicate: ArgumentPredicate, args: JsonObject): boolean {
  const held = holds(predicate, args);
  return held === 'unknown' ? effect !== 'allow' : held === 'yes';
}

function compileWho(who: RuleDefinition['who']): (principal: Principal) => boolean {
  if (!who) return () => true;
  const { users, services, teams, roles, clients } = who;
  return (principal) => {
    const { kind, id } = principal;
    if (users && !(kind === 'user' && users.includes(id))) return false;
    if (services && !(kind === 'service' && services.includes(id))) return false;
    if (teams && !teams.some((team) => principal.teams?.includes(team))) return false;
    if (roles && !roles.some((role) => rolesOf(principal).includes(role))) return false;
    const client = principal.credential?.client;
    return !clients || (client !== undefined && clients.includes(client));
  };
}

/** Those who were given no roles have the one of their kind. */
export function rolesOf({ kind, roles }: Principal): readonly string[] {
  if (kind === 'anonymous') return ['public'];
  return roles ?? (kind === 'extension' ? ['extension'] : []);
}

function compileWhat(what: RuleDefinition['what']): (target: Target) => boolean {
  if (!what) return () => true;
  const targets = what.targets?.map(compileGlob);
  const kinds = what.kinds && new Set<string>(what.kinds);
  const annotations = Object.entries(what.annotations ?? {});
  return (target) => {
    if (kinds && !kinds.has(target.kind)) return false;
    if (targets && !targets.some((isLike) => isLike(target.name))) return false;
    return annotations.every(([name, wanted]) => annotationOf(target, name) === wanted);
  };
}

/** Where a tool says nothing the defaults of MCP count (`ToolAnnotations`); a resource or prompt only reads. */
function annotationOf({ kind, annotations }: Target, name: string): boolean {
  if (kind !== 'tool') return name === 'readOnlyHint' || name === 'idempotentHint';
  const said = annotations?.[name];
  if (typeof said === 'boolean') return said;
  return name === 'destructiveHint' || name === 'openWorldHint';
}
