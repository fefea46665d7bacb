import type { AuditEntry } from '@signalbox/sdk';
import type { AuditRow } from './audit-tables.ts';

/** A stored entry as its readers see it. */
export function toEntry(row: AuditRow): AuditEntry {
  return withoutNulls({
    v: row.v,
    id: row.id,
    node: row.node,
    seq: row.seq,
    org: row.org,
    at: row.at,
    phase: row.phase,
    callId: row.call_id,
    actor: { type: row.actor_type, id: row.actor, level: row.level },
    onBehalfOf: parsed(row.on_behalf_of),
    client: filled({ id: row.client_id, name: row.client, version: row.client_version }),
    auth: filled({
      method: row.auth_method,
      credentialId: row.credential_id,
      amr: row.amr === null ? null : row.amr.split(' '),
    }),
    interface: row.interface,
    address: row.address,
    action: row.action,
    target: withoutNulls({
      kind: row.kind,
      name: row.target,
      view: row.view,
      via: row.via,
      upstream: row.upstream,
      originalName: row.original_name,
      definitionHash: row.definition_hash,
    }),
    argsHash: row.args_hash,
    args: row.args,
    decision: filled({
      effect: row.effect,
      reason: row.reason,
      policyVersion: row.policy_version,
      rules: parsed(row.rules),
      approvalId: row.approval_id,
    }),
    outcome: row.outcome,
    code: row.code,
    bytesIn: row.bytes_in,
    bytesOut: row.bytes_out,
    durationMs: row.duration_us === null ? null : row.duration_us / 1000,
    traceId: row.trace_id,
    spanId: row.span_id,
    prevHash: row.prev_hash,
    hash: row.hash,
    // Only drafts of the gate are stored, from the same unions.
  }) as unknown as AuditEntry;
}

/** The row an exported entry was made of; what was altered on the way gives another hash. */
export function toRow(entry: AuditEntry): AuditRow {
  const { actor, client, auth, target, decision } = entry;
  return {
    v: entry.v,
    org: entry.org,
    node: entry.node,
    seq: entry.seq,
    id: entry.id,
    at: entry.at,
    phase: entry.phase,
    call_id: entry.callId,
    actor_type: actor.type,
    actor: actor.id,
    level: actor.level,
    on_behalf_of: entry.onBehalfOf ? JSON.stringify(entry.onBehalfOf) : null,
    client: client?.name ?? null,
    client_version: client?.version ?? null,
    client_id: client?.id ?? null,
    auth_method: auth?.method ?? null,
    credential_id: auth?.credentialId ?? null,
    amr: auth?.amr ? auth.amr.join(' ') : null,
    interface: entry.interface,
    address: entry.address ?? null,
    action: entry.action,
    kind: target.kind,
    target: target.name,
    view: target.view,
    via: target.via ?? null,
    upstream: target.upstream ?? null,
    original_name: target.originalName ?? null,
    definition_hash: target.definitionHash ?? null,
    args_hash: entry.argsHash ?? null,
    args: entry.args ?? null,
    effect: decision?.effect ?? null,
    reason: decision?.reason ?? null,
    policy_version: decision?.policyVersion ?? null,
    rules: decision ? JSON.stringify(decision.rules) : null,
    approval_id: decision?.approvalId ?? null,
    outcome: entry.outcome ?? null,
    code: entry.code ?? null,
    bytes_in: entry.bytesIn ?? null,
    bytes_out: entry.bytesOut ?? null,
    duration_us: entry.durationMs === undefined ? null : Math.round(entry.durationMs * 1000),
    trace_id: entry.traceId ?? null,
    span_id: entry.spanId ?? null,
    prev_hash: entry.prevHash,
    hash: entry.hash,
  };
}

type Members = { readonly [name: string]: unknown };

function withoutNulls(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

/** The members that are there; null where none is. */
function filled(members: Members): Members | null {
  const kept = withoutNulls(members);
  return Object.keys(kept).length > 0 ? kept : null;
}

/** JSON of a column. What somebody has altered into something else is shown as nothing; the hash tells of it. */
function parsed(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
