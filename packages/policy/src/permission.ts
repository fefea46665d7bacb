import { type Permission, permissions } from '@signalbox/sdk';

/** What each permission brings with it. */
const implied: { readonly [permission in Permission]?: readonly Permission[] } = {
  'tools:call': ['tools:list'],
  'tasks:write': ['tasks:read'],
  'tasks:run': ['tasks:read'],
  'extensions:manage': ['extensions:read'],
  'registry:manage': ['registry:read'],
  'admin:org': [
    'extensions:manage',
    'registry:manage',
    'secrets:write',
    'keys:write',
    'accounts:write',
    'approvals:answer',
    'audit:read',
    'tasks:write',
  ],
  'admin:system': ['admin:org'],
};

/** The permissions with everything they bring with them. */
export function withImplied(given: Iterable<Permission>): ReadonlySet<Permission> {
  const whole = new Set<Permission>();
  const open = [...given];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (whole.has(each)) continue;
    whole.add(each);
    open.push(...(implied[each] ?? []));
  }
  return whole;
}

/** True for one of {@link permissions}. */
export function isPermission(text: string): text is Permission {
  return (permissions as readonly string[]).includes(text);
}

/** The organization the hub itself belongs to. */
export const hubOrganization = 'local';

// Upstreams, extensions, the store: all organizations share them, so only the hub's own may look behind or change them.
const ofHub: ReadonlySet<Permission> = new Set([
  'registry:read',
  'registry:manage',
  'extensions:read',
  'extensions:manage',
  'admin:system',
]);

/** Whether a permission counts in an organization; a role may list it everywhere. */
export function isOpenTo(org: string, permission: Permission): boolean {
  return org === hubOrganization || !ofHub.has(permission);
}
