import { z } from 'zod';
import type { Directory } from './directory.ts';
import {
  type CallInterface,
  type Level,
  levels,
  type Orderer,
  type Principal,
  principalKinds,
} from './principal.ts';
import { SignalboxError } from './signalbox-error.ts';

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
  /** Who else wanted it. */
  readonly orderedBy?: readonly Orderer[];
}

const mostOrderers = 100;

/** Orderers, as they are read from where they were kept. */
export const orderersKept = z
  .array(z.strictObject({ kind: z.enum(principalKinds), id: z.string() }))
  // What somebody wants of a task adds their orderers to its own.
  .max(2 * mostOrderers)
  .readonly();

/** {@link StandIn}, as it is read from where it was kept. */
export const standInKept = z.strictObject({
  kind: z.enum(['user', 'service']),
  id: z.string(),
  org: z.string(),
  level: z.enum(levels),
  scopes: z.array(z.string()).exactOptional(),
  client: z.string().exactOptional(),
  orderedBy: orderersKept.exactOptional(),
});

/** The way in of what is done later: it takes nothing from the level somebody had when they set it up, and adds nothing. */
export const taskInterface: CallInterface = { name: 'scheduler', level: 'anchor' };

/** The local owner, who is in no directory. */
const ownerRef = { kind: 'user', id: 'owner', org: 'local' } as const;

/** What is kept of a principal; undefined for those nothing can be done for later: extensions, nobody known, delegates. */
export function standInFor(principal: Principal, level: Level): StandIn | undefined {
  const { kind, id, org, scopes, credential, onBehalfOf, orderedBy } = principal;
  if ((kind !== 'user' && kind !== 'service') || onBehalfOf) return undefined;
  return {
    kind,
    id,
    org,
    level,
    ...(scopes ? { scopes } : {}),
    ...(credential?.client === undefined ? {} : { client: credential.client }),
    ...(orderedBy ? { orderedBy } : {}),
  };
}

/**
 * The same rights, with those who have it done added where they are somebody else, so that they do not approve what they have ordered.
 */
export function orderedBy(rights: StandIn, orderers: readonly Orderer[]): StandIn {
  const all = [...(rights.orderedBy ?? []), ...orderers];
  const others = all.filter(
    ({ kind, id }, index) =>
      (kind !== rights.kind || id !== rights.id) &&
      index === all.findIndex((each) => each.kind === kind && each.id === id),
  );
  const { orderedBy: _before, ...own } = rights;
  return others.length === 0 ? own : { ...own, orderedBy: others };
}

/**
 * Throws where these would be more than may have ordered one thing: rather than forgetting one of them, what they want is not done. Who is
 * among those who have ordered it may go on doing so. Errors: `forbidden` for more than 100.
 */
export function requireRoomFor(orderers: readonly Orderer[], rights: StandIn): void {
  const { length: before } = orderedBy(rights, []).orderedBy ?? [];
  const { length: after } = orderedBy(rights, orderers).orderedBy ?? [];
  if (after > before && after >= mostOrderers) throw tooMany();
}

/**
 * Everybody whose wish it is what somebody wants: themselves, who had it done by them, and whom they act for. Errors: `forbidden` for more
 * than 100 who have ordered it of each other.
 */
export function orderersIn(principal: Principal): readonly Orderer[] {
  const all = everybodyIn(principal);
  if (all.length <= mostOrderers) return all;
  throw tooMany();
}

function tooMany(): SignalboxError {
  return new SignalboxError('forbidden', `more than ${mostOrderers} have ordered this of each other`);
}

function everybodyIn({ kind, id, onBehalfOf, orderedBy: before = [] }: Principal): readonly Orderer[] {
  return [{ kind, id }, ...before, ...(onBehalfOf ? everybodyIn(onBehalfOf) : [])];
}

/**
 * The principal something is done as now. Undefined when they are not there or not active any more: then it must not be done.
 * `purpose` names what it is done for, such as the id of a run; it stands in the audit as the credential.
 */
export async function principalOfStandIn(
  directory: Directory | undefined,
  { kind, id, org, level, scopes, client, orderedBy: orderers }: StandIn,
  purpose: string,
): Promise<Principal | undefined> {
  const credential = { kind: 'task', id: purpose, ...(client === undefined ? {} : { client }) } as const;
  const ordered = orderers ? { orderedBy: orderers } : {};
  const bound = { ...(scopes ? { scopes } : {}), grant: level, credential };
  if (kind === ownerRef.kind && id === ownerRef.id && org === ownerRef.org)
    return { ...ownerRef, level: 'anchor', roles: ['owner'], ...bound, ...ordered };
  const principal = await directory?.principalOf({ kind, id, org }, bound);
  return principal && { ...principal, ...ordered };
}
