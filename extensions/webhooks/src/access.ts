import { findRefusal, firstPolicy, type PolicyBook } from '@signalbox/policy';
import {
  type Clock,
  effectiveLevel,
  lowestLevel,
  orderersIn,
  type Scheduler,
  SignalboxError,
  type StandIn,
  standInFor,
  type Viewer,
} from '@signalbox/sdk';
import type { Webhook } from './webhook.ts';

/** What decisions about webhooks are made with. */
export interface AccessParts {
  readonly policyBook: () => PolicyBook | undefined;
  readonly clock: Clock;
  readonly scheduler: () => Scheduler | undefined;
}

/** True for who administers their organization. */
export function isAdministrator(
  { policyBook, clock }: Pick<AccessParts, 'policyBook' | 'clock'>,
  { principal, interface: through }: Viewer,
): boolean {
  const policy = policyBook()?.of(principal.org) ?? firstPolicy;
  const wanted = { permission: 'admin:org', minLevel: 'trusted' } as const;
  return findRefusal(policy, { principal, through, atMs: clock.now() }, wanted) === undefined;
}

/** Whether somebody may see and change a webhook: who made it, and who administers the organization. */
export function mayManage(parts: AccessParts, viewer: Viewer, { row }: Webhook): boolean {
  const { kind, id, onBehalfOf } = viewer.principal;
  if (!onBehalfOf && kind === row.created_kind && id === row.created_by) return true;
  return isAdministrator(parts, viewer);
}

/** Whose rights a webhook has that somebody makes now. Errors: `forbidden` for those nothing can be done for later, those of {@link orderersIn}. */
export function requireStandIn({ principal, interface: through }: Viewer): StandIn {
  const { useLevel } = through;
  const level = effectiveLevel(
    principal,
    useLevel === undefined ? through : { ...through, level: lowestLevel(through.level, useLevel) },
  );
  const standIn = standInFor(principal, level);
  if (!standIn)
    throw new SignalboxError(
      'forbidden',
      'only people and service accounts that act for themselves have webhooks; sign in as one',
    );
  // What more than these have ordered could be kept, and not read again.
  orderersIn(principal);
  return standIn;
}

/** Errors: `unsupported` where nothing keeps tasks. */
export function schedulerOf({ scheduler }: Pick<AccessParts, 'scheduler'>): Scheduler {
  const found = scheduler();
  if (found) return found;
  throw new SignalboxError(
    'unsupported',
    'no extension of this hub keeps tasks, so that there is nothing to tell',
  );
}
