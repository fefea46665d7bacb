import type { Permission } from '@signalbox/sdk';
import { defineService, defineTopic, type Principal } from '@signalbox/sdk';
import { type CompiledRule, compileRule, rolesOf } from './compile-rule.ts';
import { compileRoles } from './role.ts';
import { firstRule, type RuleDefinition } from './rule.ts';
import { type AllowedByScopes, readScopes } from './scope.ts';
import type { Target } from './target.ts';

// Sources come and go with upstreams; what is kept of them is bounded.
const maxSources = 1_000;

/** What an organization has laid down. */
export interface PolicyParts {
  /** Names this state of it; another state has another. */
  readonly version: string;
  readonly rules: readonly RuleDefinition[];
  /** Roles of the organization's own, beside the builtin ones. */
  readonly roles?: { readonly [role: string]: readonly Permission[] };
}

/** What the policy says of one principal, found out once. */
export interface PrincipalRules {
  readonly permitted: ReadonlySet<Permission>;
  /** Undefined where the credential allows everything. */
  readonly scopes: AllowedByScopes | undefined;
  readonly rules: readonly CompiledRule[];
  /** The rules that can fit targets of a source, by source. */
  readonly bySource: Map<string, readonly CompiledRule[]>;
  /** The rules that can fit a target, by target; a target is described by one object. */
  readonly byTarget: WeakMap<Target, readonly CompiledRule[]>;
}

/** A compiled policy. Immutable: a change makes another. */
export class Policy {
  readonly version: string;
  readonly #rules: readonly CompiledRule[];
  readonly #roles: ReadonlyMap<string, ReadonlySet<Permission>>;
  readonly #byPrincipal = new WeakMap<Principal, PrincipalRules>();

  constructor({ version, rules, roles = {} }: PolicyParts) {
    this.version = version;
    this.#rules = rules.filter(({ isEnabled }) => isEnabled).map(compileRule);
    this.#roles = compileRoles(roles);
  }

  /** What it says of a principal. */
  of(principal: Principal): PrincipalRules {
    const known = this.#byPrincipal.get(principal);
    if (known) return known;
    const fresh: PrincipalRules = {
      permitted: this.#permitted(principal),
      scopes: principal.scopes && readScopes(principal.scopes),
      rules: this.#rules.filter(({ isAbout }) => isAbout(principal)),
      bySource: new Map(),
      byTarget: new WeakMap(),
    };
    this.#byPrincipal.set(principal, fresh);
    return fresh;
  }

  #permitted(principal: Principal): ReadonlySet<Permission> {
    const sets = rolesOf(principal).flatMap((role) => this.#roles.get(role) ?? []);
    return sets.reduce((all, each) => all.union(each), new Set<Permission>());
  }
}

/** The rules that fit a target, whatever the time, the way in and the arguments. */
export function rulesFor(own: PrincipalRules, target: Target): readonly CompiledRule[] {
  const known = own.byTarget.get(target);
  if (known) return known;
  const fitting = rulesOfSource(own, target.source).filter(({ fits }) => fits(target));
  own.byTarget.set(target, fitting);
  return fitting;
}

function rulesOfSource({ rules, bySource }: PrincipalRules, source: string): readonly CompiledRule[] {
  const known = bySource.get(source);
  if (known) return known;
  const fitting = rules.filter(({ sources }) => !sources || sources.has(source));
  if (bySource.size >= maxSources) bySource.clear();
  bySource.set(source, fitting);
  return fitting;
}

/** The policy of a hub whose organizations have laid down nothing. */
export const firstPolicy = new Policy({ version: 'first', rules: [firstRule] });

/** Knows the policies of the organizations. */
export interface PolicyBook {
  /** The policy in force for an organization; one that is not known has one that allows nothing. */
  readonly of: (org: string) => Policy;
}

/** The extension that keeps rules and roles offers this; without it the hub has {@link firstPolicy}. */
export const policyBook = defineService<PolicyBook>('policy-book', { inProcess: true });

/** Published when an organization's policy is another. */
export const policyChanged = defineTopic<{ readonly org: string }>('policy.changed');
