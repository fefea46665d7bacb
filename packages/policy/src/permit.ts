import type { Permission } from '@signalbox/sdk';
import {
  type CallInterface,
  compareLevels,
  effectiveLevel,
  type Level,
  type Principal,
} from '@signalbox/sdk';
import { isOpenTo } from './permission.ts';
import type { Policy } from './policy.ts';
import { allowsScope } from './scope.ts';

/** What administration wants of a principal. */
export interface Wanted {
  readonly permission: Permission | undefined;
  readonly minLevel: Level;
}

/** Why a principal may not. */
export type Refusal =
  | { readonly reason: 'expired' }
  | { readonly reason: 'level'; readonly level: Level }
  | { readonly reason: 'scope'; readonly missingScopes: readonly string[] }
  | { readonly reason: 'permission'; readonly missingPermission: Permission };

/**
 * May this principal administer, as far as a permission goes: expiry → level → scopes → roles, of everybody in the chain.
 * Undefined when it may.
 */
export function findRefusal(
  policy: Policy,
  { principal, through, atMs }: { principal: Principal; through: CallInterface; atMs: number },
  { permission, minLevel }: Wanted,
): Refusal | undefined {
  const level = effectiveLevel(principal, through);
  if (compareLevels(level, minLevel) < 0) return { reason: 'level', level };
  for (let each: Principal | undefined = principal; each; each = each.onBehalfOf) {
    const { expiresAt } = each.credential ?? {};
    if (expiresAt !== undefined && expiresAt <= atMs) return { reason: 'expired' };
    if (permission === undefined) continue;
    const { scopes, permitted } = policy.of(each);
    if (scopes && !allowsScope(scopes, permission)) return { reason: 'scope', missingScopes: [permission] };
    if (!permitted.has(permission) || !isOpenTo(each.org, permission))
      return { reason: 'permission', missingPermission: permission };
  }
  return undefined;
}
