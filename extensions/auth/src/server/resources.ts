import { permissions } from '@signalbox/sdk';

/** What a client that asks for nothing gets: enough to look around, not to act. */
export const baselineScope = 'tools:list prompts:read';

/** Scopes of the authorization server itself, not of a resource. */
export const serverScopes = ['openid', 'offline_access'] as const;

const mcpScopes = permissions.filter((name) => /^(?:tools|resources|prompts|tasks):/.test(name));
const mcpPath = /^\/(?:(?:e|u)\/[a-z0-9-]{1,32}\/)?mcp$/;

/** The scopes of what is at a path; undefined where there is nothing a token can be for. */
export function scopesOf(path: string): readonly string[] | undefined {
  if (mcpPath.test(path)) return mcpScopes;
  return path === '/api/v1' ? permissions : undefined;
}

/**
 * The path of a resource of this hub (RFC 8707); undefined for any other. A slash at the end and an empty path are
 * forgiven on the hub's own address: both mean everything, `/mcp`.
 */
export function pathOfResource(baseUrl: string, resource: string): string | undefined {
  if (resource === baseUrl || resource === `${baseUrl}/`) return '/mcp';
  if (!resource.startsWith(`${baseUrl}/`)) return undefined;
  const path = resource.slice(baseUrl.length);
  return scopesOf(path) ? path : undefined;
}

/** Scopes in words a person understands. */
export const scopeWords: { readonly [scope: string]: string } = {
  'tools:list': 'See which tools there are',
  'tools:call': 'Use tools in your name',
  'resources:read': 'Read resources you may read',
  'prompts:read': 'Read prompt templates',
  'tasks:read': 'See your running and finished tasks',
  'tasks:write': 'Create and change scheduled tasks',
  'tasks:run': 'Start and stop tasks',
  'extensions:read': 'See which extensions are installed',
  'extensions:manage': 'Install, change and remove extensions',
  'registry:read': 'See the connected servers and their settings',
  'registry:manage': 'Add, change and remove connected servers',
  'secrets:write': 'Store passwords and keys for connected servers',
  'keys:write': 'Make API keys that act as you and stay good when this program is disconnected',
  'accounts:write': 'Connect your accounts at connected servers, and disconnect them',
  'approvals:answer': 'Approve or refuse calls that wait for approval',
  'audit:read': 'Read the record of what everybody did',
  'admin:org': 'Change people, roles and rules of your organization',
  'admin:system': 'Administer the whole hub',
  openid: 'Know who you are',
  offline_access: 'Stay connected while you are away',
};
