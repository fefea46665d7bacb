import { Policy } from '@signalbox/policy';
import type { Permission } from '@signalbox/sdk';

/** Permissions with everything they bring with them, as a role that has them would. */
export function impliedBy(permissions: readonly Permission[]): ReadonlySet<Permission> {
  const policy = new Policy({ version: '', rules: [], roles: { given: permissions } });
  return policy.of({ kind: 'user', id: '', org: '', level: 'none', roles: ['given'] }).permitted;
}
