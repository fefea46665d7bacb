import type { Policy } from '@signalbox/policy';
import {
  type CallInterface,
  effectiveLevel,
  type Level,
  type Permission,
  type Principal,
} from '@signalbox/sdk';
import { hubOrg } from '../setup/first-owner.ts';

/** How far somebody's own rights go in this request: roles, credential and everybody they act for together. */
export interface Authority {
  readonly principal: Principal;
  readonly level: Level;
  readonly permitted: ReadonlySet<Permission>;
  /** Upstreams whose tools the credential allows to call without allowing all. */
  readonly upstreams: ReadonlySet<string>;
  /** True for who administers the hub: only owners of the organization `local` do. */
  readonly isSystem: boolean;
}

/** Finds out how far the rights of who makes a request go. */
export function authorityOf(
  policy: Policy,
  { principal, interface: through }: { readonly principal: Principal; readonly interface: CallInterface },
): Authority {
  let permitted: ReadonlySet<Permission> | undefined;
  let upstreams: ReadonlySet<string> | undefined;
  let isLocal = true;
  for (let each: Principal | undefined = principal; each; each = each.onBehalfOf) {
    const own = policy.of(each);
    const allowed = own.scopes ? own.permitted.intersection(own.scopes.permissions) : own.permitted;
    const named = own.permitted.has('tools:call') ? own.scopes?.upstreams : new Set<string>();
    permitted = permitted ? permitted.intersection(allowed) : allowed;
    upstreams = upstreams && named ? upstreams.intersection(named) : (upstreams ?? named);
    isLocal &&= each.org === hubOrg;
  }
  const level = effectiveLevel(principal, through);
  const whole = permitted ?? new Set<Permission>();
  return {
    principal,
    level,
    permitted: whole,
    upstreams: upstreams ?? new Set(),
    isSystem: isLocal && level === 'anchor' && whole.has('admin:system'),
  };
}
