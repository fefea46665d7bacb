import type { Level, Permission } from '@signalbox/sdk';
import type { Obligations } from './rule.ts';

/** Why something is as it was decided. */
export type Reason =
  | 'allowed'
  | 'approval'
  | 'expired'
  | 'other_organization'
  | 'level'
  | 'scope'
  | 'permission'
  | 'denied_by_rule'
  | 'no_rule_allows'
  | 'not_reviewed';

/** What was decided, and why. */
export interface Decision {
  readonly effect: 'allow' | 'deny' | 'approve';
  readonly reason: Reason;
  /** What counts of the levels of principal, credential, interface and delegation. */
  readonly level: Level;
  readonly policyVersion: string;
  /** The rules that decided. */
  readonly rules: readonly string[];
  /** True when the target is not even shown, so that a refusal must not tell that it is there. */
  readonly isHidden: boolean;
  /** The scopes the credential lacks, for a challenge (RFC 6750 §3.1). */
  readonly missingScopes?: readonly string[];
  readonly missingPermission?: Permission;
  readonly obligations?: Obligations;
}

const strictness = { allow: 0, approve: 1, deny: 2 } as const;

/** The stricter of two decisions about one question; obligations of both hold. */
export function stricter(a: Decision, b: Decision): Decision {
  const [strict, mild] = strictness[b.effect] > strictness[a.effect] ? [b, a] : [a, b];
  if (strict.effect === 'deny') return { ...strict, isHidden: a.isHidden || b.isHidden };
  const both = mergeObligations([strict.obligations, mild.obligations]);
  return {
    ...strict,
    rules: [...new Set([...strict.rules, ...mild.rules])],
    ...(both ? { obligations: both } : {}),
  };
}

/** Everything several rules want; of two bounds the tighter one. */
export function mergeObligations(all: readonly (Obligations | undefined)[]): Obligations | undefined {
  const given = all.filter((each) => each !== undefined);
  if (given.length <= 1) return given[0];
  const bounds = given.flatMap(({ maxResultBytes }) => maxResultBytes ?? []);
  const redact = [...new Set(given.flatMap((each) => each.redact ?? []))];
  const forced = Object.assign({}, ...given.map(({ forceArguments }) => forceArguments ?? {})) as NonNullable<
    Obligations['forceArguments']
  >;
  return {
    ...(bounds.length > 0 ? { maxResultBytes: Math.min(...bounds) } : {}),
    ...(redact.length > 0 ? { redact } : {}),
    ...(given.some(({ recordArguments }) => recordArguments) ? { recordArguments: true } : {}),
    ...(given.some(({ requireUserCredential }) => requireUserCredential)
      ? { requireUserCredential: true }
      : {}),
    ...(Object.keys(forced).length > 0 ? { forceArguments: forced } : {}),
  };
}
