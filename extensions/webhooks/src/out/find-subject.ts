import { matchesTopic } from '@signalbox/schedule';
import { type Engine, isSignalboxError, type Viewer } from '@signalbox/sdk';
import { type AccessParts, isAdministrator, schedulerOf } from '../access.ts';
import type { DeliveryRow } from '../store/webhook-tables.ts';
import type { Outgoing } from '../webhook.ts';
import type { Subject } from './make-body.ts';

/** What subjects are found with. */
export interface SubjectParts extends AccessParts {
  readonly engine: () => Engine | undefined;
}

/** What is to be told; that it is not wanted; or why it is not told. */
export type Found =
  | { readonly subject: Subject }
  | { readonly isUnwanted: true }
  | { readonly dropped: string };

/**
 * Finds what a delivery is about, as whom the webhook has its rights of may see it now: who administers the organization everything,
 * others what they may change. Errors: those of the store.
 */
export async function findSubject(
  parts: SubjectParts,
  viewer: Viewer,
  { on }: Pick<Outgoing, 'on'>,
  { org, kind, about, detail }: DeliveryRow,
): Promise<Found> {
  const tasks = schedulerOf(parts);
  if (kind === 'webhook.test') return { subject: { kind: 'test' } };
  try {
    tasks.requirePermission(viewer, 'tasks:read');
    const isFree = isAdministrator(parts, viewer);
    if (kind.startsWith('task.')) {
      if (!isFree) await tasks.requireChange(viewer, about);
      const status = kind.slice('task.'.length);
      return { subject: { kind: 'task', task: about, status, reason: detail ?? undefined } };
    }
    if (kind === 'event') {
      if (!isWanted(on, detail ?? '')) return { isUnwanted: true };
      if (!isFree) return { dropped: 'its maker does not administer the organization any more' };
      const event = await tasks.findEvent(viewer, about);
      return event ? { subject: { kind: 'event', event } } : { dropped: 'the event is not kept any more' };
    }
    const run = await parts.engine()?.find(org, about);
    if (!run) return { dropped: 'the run is not kept any more' };
    const isOwn = run.runAs.kind === viewer.principal.kind && run.runAs.id === viewer.principal.id;
    if (!isFree && run.task) await tasks.requireChange(viewer, run.task.id);
    if (!isFree && !run.task && !isOwn) return { isUnwanted: true };
    return { subject: { kind: 'run', run } };
  } catch (error) {
    return droppedFor(error);
  }
}

function isWanted(on: Outgoing['on'], topic: string): boolean {
  return on.some((each) => each.startsWith('event:') && matchesTopic(each.slice('event:'.length), topic));
}

/** Of somebody else's task its owner is told nothing, as if it were not there. */
function droppedFor(error: unknown): Found {
  if (!isSignalboxError(error)) throw error;
  const { code, message } = error;
  if (code === 'not_found') return { dropped: 'the task is not there any more' };
  if (code === 'insufficient_scope' || code === 'unauthenticated') return { dropped: message };
  if (code === 'forbidden') return { isUnwanted: true };
  throw error;
}
