import type { Directory } from './directory.ts';
import type { CallInterface, Level, Principal } from './principal.ts';

/**
 * Whose rights something done later has: who set it up, and no more than they had then. Plain data, kept until it is needed;
 * what they may do by then is looked up when it happens.
 */
export interface StandIn {
  readonly kind: 'user' | 'service';
  readonly id: string;
  readonly org: string;
  /** The effective level of who set it up, at that time: the highest there will be. */
  readonly level: Level;
  /** The scopes of the credential it was set up with; absent means it had no such bound. */
  readonly scopes?: readonly string[];
  /** The OAuth client it was set up with. */
  readonly client?: string;
}

/** The way in of what is done later: it takes nothing from the level somebody had when they set it up, and adds nothing. */
export const taskInterface: CallInterface = { name: 'scheduler', level: 'anchor' };

/** The local owner, who is in no directory. */
const ownerRef = { kind: 'user', id: 'owner', org: 'local' } as const;

/** What is kept of a principal; undefined for those nothing can be done for later: extensions, nobody known, delegates. */
export function standInFor(principal: Principal, level: Level): StandIn | undefined {
  const { kind, id, org, scopes, credential, onBehalfOf } = principal;
  if ((kind !== 'user' && kind !== 'service') || onBehalfOf) return undefined;
  return {
    kind,
    id,
    org,
    level,
    ...(scopes ? { scopes } : {}),
    ...(credential?.client === undefined ? {} : { client: credential.client }),
  };
}

/**
 * The principal something is done as now. Undefined when they are not there or not active any more: then it must not be done.
 * `purpose` names what it is done for, such as the id of a run; it stands in the audit as the credential.
 */
export async function principalOfStandIn(
  directory: Directory | undefined,
  { kind, id, org, level, scopes, client }: StandIn,
  purpose: string,
): Promise<Principal | undefined> {
  const credential = { kind: 'task', id: purpose, ...(client === undefined ? {} : { client }) } as const;
  const bound = { ...(scopes ? { scopes } : {}), grant: level, credential };
  if (kind === ownerRef.kind && id === ownerRef.id && org === ownerRef.org)
    return { ...ownerRef, level: 'anchor', roles: ['owner'], ...bound };
  return directory?.principalOf({ kind, id, org }, bound);
}
