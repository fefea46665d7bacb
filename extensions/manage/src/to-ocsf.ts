import type { AuditEntry, AuditOutcome } from '@signalbox/sdk';
import { toOcsfEvent } from './to-ocsf-event.ts';

/**
 * An entry in the Open Cybersecurity Schema Framework 1.3: a call as API Activity (class 6003), an event in a class of
 * Identity & Access Management; what there is no place for is `unmapped`.
 */
export function toOcsf(entry: AuditEntry) {
  const { actor, target, client, auth, decision } = entry;
  const event = toOcsfEvent(entry);
  const activity = event?.activity_id ?? activityOf(entry);
  const classUid = event?.class_uid ?? (6003 as const);
  const status = statusOf(entry.outcome);
  return {
    class_uid: classUid,
    class_name: event?.class_name ?? 'API Activity',
    category_uid: event ? 3 : 6,
    category_name: event ? 'Identity & Access Management' : 'Application Activity',
    activity_id: activity,
    type_uid: classUid * 100 + activity,
    severity_id: severityOf(entry),
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
      ...(auth?.credentialId === undefined
        ? {}
        : { session: { uid: auth.credentialId, issuer: auth.method } }),
      ...(client?.name === undefined ? {} : { app_name: client.name }),
      ...(client?.id === undefined ? {} : { app_uid: client.id }),
    },
    ...(event ? event.members : activityMembers(entry)),
    ...(entry.address === undefined ? {} : { src_endpoint: { ip: entry.address } }),
    ...(entry.traceId === undefined
      ? {}
      : { trace: { uid: entry.traceId, ...(entry.spanId ? { span: { uid: entry.spanId } } : {}) } }),
    unmapped: {
      phase: entry.phase,
      level: actor.level,
      interface: entry.interface,
      ...((event || entry.target.kind === 'change') && entry.args ? { details: entry.args } : {}),
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

function activityMembers({ action, callId, target }: AuditEntry) {
  const { kind, name, upstream } = target;
  return {
    api: {
      operation: `${kind}.${action}`,
      request: { uid: callId },
      ...(upstream === undefined ? {} : { service: { name: upstream } }),
    },
    resources: [{ name, type: kind, ...(upstream ? { namespace: upstream } : {}) }],
  };
}

/** 1 is informational, 2 low; 4, high, where something good once was shown twice: somebody has stolen it. */
function severityOf({ outcome, decision }: AuditEntry): number {
  if (decision?.reason === 'reused') return 4;
  return outcome === 'denied' ? 2 : 1;
}

/** 1 is a creation, 2 a read, 3 an update, 4 a deletion; what a tool does nobody knows, so it is 99, other. */
function activityOf({ action, target }: AuditEntry): number {
  if (target.kind === 'tool') return 99;
  if (target.kind !== 'change') return 2;
  if (action.startsWith('add')) return 1;
  return /^(?:remove|revoke|disconnect|unlink|leave)/.test(action) ? 4 : 3;
}

/** 1 success, 2 failure, 0 unknown. */
function statusOf(outcome: AuditOutcome | undefined): number {
  if (outcome === undefined || outcome === 'unknown') return 0;
  return outcome === 'ok' ? 1 : 2;
}
