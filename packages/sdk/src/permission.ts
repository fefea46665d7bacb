/** Everything a role can permit and a scope can allow. The words are those of OAuth scopes (RFC 6749 §3.3). */
export const permissions = [
  'tools:list',
  'tools:call',
  'resources:read',
  'prompts:read',
  'tasks:read',
  'tasks:write',
  'tasks:run',
  'extensions:read',
  'extensions:manage',
  'registry:read',
  'registry:manage',
  'secrets:write',
  'keys:write',
  'accounts:write',
  'approvals:answer',
  'audit:read',
  'admin:org',
  'admin:system',
] as const;

/** One of {@link permissions}. */
export type Permission = (typeof permissions)[number];
