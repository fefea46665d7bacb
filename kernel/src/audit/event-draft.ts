import type { AuditEvent, Redact } from '@signalbox/sdk';
import { cleanDraft } from '../call/clean-draft.ts';
import type { AuditDraft } from './audit-tables.ts';

/** When and as what the entry of an event is made. */
export interface EventHead {
  readonly id: string;
  /** Shared by the intent and the outcome. */
  readonly eventId: string;
  readonly org: string;
  readonly at: number;
  readonly phase: 'intent' | 'whole';
}

const version = 1;
/** What stands for the policy where none was asked. */
const noPolicy = 'none';

/** An event in the form of a call, with no secret in it. It is allowed until its end says otherwise. */
export function toEventDraft(redact: Redact, head: EventHead, event: AuditEvent): AuditDraft {
  const { actor, onBehalfOf, client, auth, reason, details } = event;
  return cleanDraft(redact, {
    v: version,
    org: head.org,
    id: head.id,
    at: head.at,
    phase: head.phase,
    call_id: head.eventId,
    actor_type: actor.type,
    actor: actor.id,
    level: event.level ?? 'none',
    on_behalf_of: onBehalfOf ? JSON.stringify([onBehalfOf]) : null,
    client: client?.name ?? null,
    client_version: null,
    client_id: client?.id ?? null,
    auth_method: auth?.method ?? null,
    credential_id: auth?.credentialId ?? null,
    amr: auth?.amr && auth.amr.length > 0 ? auth.amr.join(' ') : null,
    interface: event.interface,
    address: event.address ?? null,
    action: event.action,
    kind: event.kind,
    target: event.target,
    view: '',
    via: null,
    upstream: event.upstream ?? null,
    original_name: null,
    definition_hash: null,
    args_hash: null,
    args: details ? JSON.stringify(details) : null,
    effect: reason === undefined ? null : 'allow',
    reason: reason ?? null,
    policy_version: reason === undefined ? null : noPolicy,
    rules: reason === undefined ? null : '[]',
    approval_id: null,
    outcome: null,
    code: null,
    bytes_in: null,
    bytes_out: null,
    duration_us: null,
    trace_id: null,
    span_id: null,
  });
}
