import type { Permission } from '@signalbox/sdk';
import { isPermission, withImplied } from './permission.ts';

const ofUpstream = 'tools:call:';
const upstreamPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** What the scopes of a credential allow; made once for each credential. */
export interface AllowedByScopes {
  readonly permissions: ReadonlySet<Permission>;
  /** Upstreams whose tools may be called though `tools:call` was not given. */
  readonly upstreams: ReadonlySet<string>;
}

/** True for a scope this hub knows: a permission, or `tools:call:UPSTREAM`. */
export function isScope(text: string): boolean {
  return (
    isPermission(text) || (text.startsWith(ofUpstream) && upstreamPattern.test(text.slice(ofUpstream.length)))
  );
}

/** Reads scopes; those of others, such as `openid`, allow nothing here. */
export function readScopes(scopes: readonly string[]): AllowedByScopes {
  const upstreams = scopes.filter((scope) => isScope(scope) && !isPermission(scope));
  return {
    permissions: withImplied(scopes.filter(isPermission)),
    upstreams: new Set(upstreams.map((scope) => scope.slice(ofUpstream.length))),
  };
}

/** True when the scopes allow a permission at a source. */
export function allowsScope(
  { permissions, upstreams }: AllowedByScopes,
  permission: Permission,
  source?: string,
): boolean {
  if (permissions.has(permission)) return true;
  const isOfTools = permission === 'tools:call' || permission === 'tools:list';
  return isOfTools && source !== undefined && upstreams.has(source);
}
