import type { AuditEntry, AuditOutcome } from '@signalbox/sdk';

/** An entry as API Activity (class 6003) of the Open Cybersecurity Schema Framework 1.3; what it has no place for is `unmapped`. */
export function toOcsf(entry: AuditEntry) {
  const { actor, target, client, auth, decision } = entry;
  const activity = activityOf(entry);
  const status = statusOf(entry.outcome);
  return {
    class_uid: 6003 as const,
    class_name: 'API Activity',
    category_uid: 6,
    category_name: 'Application Activity',
    activity_id: activity,
    type_uid: 6003 * 100 + activity,
    severity_id: entry.outcome === 'denied' ? 2 : 1,
    time: entry.at,
    ...(entry.durationMs === undefined ? {} : { duration: Math.round(entry.durationMs) }),
    status_id: status,
    ...(entry.code === undefined ? {} : { status_code: entry.code }),
    ...(entry.outcome === undefined ? {} : { status_detail: entry.outcome }),
    metadata: {
      version: '1.3.0',
      uid: entry.id,
      correlation_uid: entry.callId,
      sequence: entry.seq,
      log_name: entry.node,
      product: { name: 'Signalbox', vendor_name: 'Signalbox' },
    },
    actor: {
      user: { uid: actor.id, type: actor.type, org: { uid: entry.org } },
      ...(auth ? { session: { uid: auth.credentialId, issuer: auth.method } } : {}),
      ...(client?.name === undefined ? {} : { app_name: client.name }),
      ...(client?.id === undefined ? {} : { app_uid: client.id }),
    },
    api: {
      operation: `${target.kind}.${entry.action}`,
      request: { uid: entry.callId },
      ...(target.upstream === undefined ? {} : { service: { name: target.upstream } }),
    },
    resources: [
      { name: target.name, type: target.kind, ...(target.upstream ? { namespace: target.upstream } : {}) },
    ],
    ...(entry.address === undefined ? {} : { src_endpoint: { ip: entry.address } }),
    ...(entry.traceId === undefined
      ? {}
      : { trace: { uid: entry.traceId, ...(entry.spanId ? { span: { uid: entry.spanId } } : {}) } }),
    unmapped: {
      phase: entry.phase,
      level: actor.level,
      interface: entry.interface,
      view: target.view,
      ...(entry.onBehalfOf ? { on_behalf_of: [...entry.onBehalfOf] } : {}),
      ...(decision ? { decision: { ...decision, rules: [...decision.rules] } } : {}),
      ...(target.definitionHash ? { definition_hash: target.definitionHash } : {}),
      ...(entry.argsHash ? { args_hash: entry.argsHash } : {}),
      prev_hash: entry.prevHash,
      hash: entry.hash,
    },
  };
}

/** 2 is a read; what a tool does nobody knows, so it is 99, other. */
function activityOf({ target }: AuditEntry): number {
  return target.kind === 'tool' ? 99 : 2;
}

/** 1 success, 2 failure, 0 unknown. */
function statusOf(outcome: AuditOutcome | undefined): number {
  if (outcome === undefined || outcome === 'unknown') return 0;
  return outcome === 'ok' ? 1 : 2;
}
