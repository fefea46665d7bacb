import { findRefusal, firstPolicy, type Refusal } from '@signalbox/policy';
import {
  effectiveLevel,
  type Level,
  lowestLevel,
  orderersIn,
  type Permission,
  SignalboxError,
  type StandIn,
  standInFor,
  type Viewer,
} from '@signalbox/sdk';
import type { SchedulerParts } from '../scheduler-parts.ts';
import type { TaskRow } from '../store/scheduler-tables.ts';

const minLevel = 'trusted';

type Knows = Pick<SchedulerParts, 'policyBook' | 'clock'>;

/** Throws unless somebody may do something with tasks. Errors: `forbidden`, `insufficient_scope`, `unauthenticated`. */
export function requirePermission(parts: Knows, viewer: Viewer, permission: Permission): void {
  const refusal = refusalOf(parts, viewer, permission);
  if (refusal) throw toError(permission, refusal);
}

/**
 * Throws unless somebody may change a task: who made it, and who administers the organization. Errors: those of
 * {@link requirePermission}.
 */
export function requireChange(parts: Knows, viewer: Viewer, row: TaskRow): void {
  requirePermission(parts, viewer, 'tasks:write');
  if (!mayChange(parts, viewer, row))
    throw new SignalboxError(
      'forbidden',
      'this task was made by somebody else; they, or an administrator of the organization, may change it',
    );
}

function mayChange(parts: Knows, viewer: Viewer, row: TaskRow): boolean {
  const { kind, id, onBehalfOf } = viewer.principal;
  const isOwn = !onBehalfOf && kind === row.created_kind && id === row.created_by;
  return isOwn || refusalOf(parts, viewer, 'admin:org') === undefined;
}

/** Whose rights something has that somebody sets up now. Errors: `forbidden` for those nothing can be done for later, those of {@link orderersIn}. */
export function requireStandIn({ principal, interface: through }: Viewer): StandIn {
  const { useLevel } = through;
  const level: Level = effectiveLevel(
    principal,
    useLevel === undefined ? through : { ...through, level: lowestLevel(through.level, useLevel) },
  );
  const standIn = standInFor(principal, level);
  if (!standIn)
    throw new SignalboxError(
      'forbidden',
      'only people and service accounts that act for themselves can have something run later; sign in as one',
    );
  // What more than these have ordered could be kept, and not read again.
  orderersIn(principal);
  return standIn;
}

function refusalOf(
  { policyBook, clock }: Knows,
  { principal, interface: through }: Viewer,
  permission: Permission,
): Refusal | undefined {
  const policy = policyBook()?.of(principal.org) ?? firstPolicy;
  return findRefusal(policy, { principal, through, atMs: clock.now() }, { permission, minLevel });
}

function toError(permission: Permission, refusal: Refusal): SignalboxError {
  switch (refusal.reason) {
    case 'expired':
      return new SignalboxError('unauthenticated', 'the credential has expired; sign in again');
    case 'level':
      return new SignalboxError('forbidden', `tasks need level ${minLevel}; you have ${refusal.level}`);
    case 'scope':
      return new SignalboxError(
        'insufficient_scope',
        `the token does not allow this; sign in again with the scope ${permission}`,
        { details: { scopes: [permission] } },
      );
    case 'permission':
      return new SignalboxError(
        'forbidden',
        `this needs the permission ${permission}; ask an administrator for a role that has it`,
      );
    default:
      return refusal satisfies never;
  }
}
