import type { Redact } from '@signalbox/sdk';
import {
  type AuditEvent,
  type AuditEventEnd,
  type AuditRecorder,
  type Clock,
  SignalboxError,
  toSignalboxError,
} from '@signalbox/sdk';
import { failureOf } from '../call/record.ts';
import type { AuditLog } from './audit-log.ts';
import type { AuditDraft } from './audit-tables.ts';
import { toEventDraft } from './event-draft.ts';

/** What events are written with. */
export interface EventParts {
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly redact: Redact;
}

/**
 * Writes events as calls are written: what gives somebody something waits until its intent is on disk, and is not done
 * when that fails; what takes something away, or was refused, waits for nothing, so that a failing store holds nobody up
 * who makes things safer.
 */
export function makeEventRecorder(parts: EventParts): AuditRecorder {
  return {
    note: (event, end) => note(parts, event, end),
    perform: async (event, action) => {
      const conclude = await intend(parts, event);
      try {
        const result = await action();
        conclude({ outcome: 'ok' });
        return result;
      } catch (error) {
        conclude({ outcome: failureOf(error), code: toSignalboxError(error).code });
        throw error;
      }
    },
  };
}

function note(parts: EventParts, event: AuditEvent, end: AuditEventEnd): void {
  for (const draft of draftsOf(parts, event, 'whole')) parts.audit.append(ended(draft, end));
}

/**
 * Brings the intents to the disk, one for each organization, where the settings want any; gives what writes down the end.
 * Errors: `audit_unavailable`.
 */
async function intend(parts: EventParts, event: AuditEvent): Promise<(end: AuditEventEnd) => void> {
  const { audit } = parts;
  if (!audit.hasIntents) return (end) => note(parts, event, end);
  const intents = draftsOf(parts, event, 'intent');
  const written = await Promise.allSettled(intents.map((intent) => audit.appendIntent(intent)));
  const failed = written.find((each) => each.status === 'rejected');
  if (!failed) return (end) => conclude(parts, intents, end);
  const kept = intents.filter((_, index) => written[index]?.status === 'fulfilled');
  conclude(parts, kept, { outcome: 'error', code: 'audit_unavailable' });
  throw new SignalboxError(
    'audit_unavailable',
    'nothing was done, because it cannot be written down; see "signalbox doctor" and the log of the hub, or start it with audit.intents "off"',
    { cause: failed.reason },
  );
}

function conclude({ audit, clock }: EventParts, intents: readonly AuditDraft[], end: AuditEventEnd): void {
  for (const intent of intents)
    audit.append({ ...ended(intent, end), id: audit.nextId(), at: clock.now(), phase: 'outcome' });
}

function draftsOf(
  { audit, clock, redact }: EventParts,
  event: AuditEvent,
  phase: 'intent' | 'whole',
): readonly AuditDraft[] {
  return [...new Set(event.orgs)].map((org) => {
    const head = { id: audit.nextId(), eventId: audit.nextId(), org, at: clock.now(), phase };
    return toEventDraft(redact, head, event);
  });
}

function ended(draft: AuditDraft, { outcome, code }: AuditEventEnd): AuditDraft {
  const effect = draft.effect === null || outcome !== 'denied' ? draft.effect : 'deny';
  return { ...draft, effect, outcome, code: code ?? null };
}
