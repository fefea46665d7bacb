import { type Permission, permissions } from '@signalbox/sdk';
import { withImplied } from './permission.ts';

const everything: readonly Permission[] = permissions;
/** What people do for themselves. */
const own: readonly Permission[] = ['keys:write', 'accounts:write'];
const use: readonly Permission[] = [
  'tools:call',
  'resources:read',
  'prompts:read',
  'tasks:read',
  'tasks:run',
];

/** The roles every organization has. `public` is everybody nobody knows, `extension` the hub's own extensions. */
export const builtinRoles: { readonly [role: string]: readonly Permission[] } = {
  owner: everything,
  admin: ['admin:org', 'tasks:run', ...use],
  operator: [
    'registry:manage',
    'extensions:manage',
    'audit:read',
    'approvals:answer',
    'tasks:write',
    ...use,
    ...own,
  ],
  developer: ['registry:read', 'extensions:read', 'tasks:write', ...use, ...own],
  member: [...use, ...own],
  auditor: ['audit:read', 'registry:read', ...own],
  viewer: ['registry:read', 'resources:read', 'prompts:read', 'tasks:read', ...own],
  public: ['tools:call', 'resources:read', 'prompts:read'],
  extension: ['tasks:write', ...use],
};

/** What roles permit, with everything that brings with it. Custom roles cannot change a builtin one. */
export function compileRoles(custom: {
  readonly [role: string]: readonly Permission[];
}): ReadonlyMap<string, ReadonlySet<Permission>> {
  const all = { ...custom, ...builtinRoles };
  return new Map(Object.entries(all).map(([role, permitted]) => [role, withImplied(permitted)]));
}
