import type { AuditEntry } from '@signalbox/sdk';
import { z } from 'zod';

/** What an event is in the category Identity & Access Management of OCSF 1.3, besides what all entries have. */
export interface OcsfEvent {
  readonly class_uid: 3001 | 3002 | 3003 | 3004 | 3005;
  readonly class_name: string;
  readonly activity_id: number;
  readonly members: { readonly [name: string]: unknown };
}

const details = z
  .object({
    scopes: z.array(z.string()).catch([]),
    roles: z.array(z.string()).catch([]),
    login: z.string().optional(),
  })
  .catch({ scopes: [], roles: [] });

/** An event as a class of its own; undefined for a call. */
export function toOcsfEvent(entry: AuditEntry): OcsfEvent | undefined {
  const { action, target, auth } = entry;
  switch (target.kind) {
    case 'session':
      return {
        class_uid: 3002,
        class_name: 'Authentication',
        activity_id: action === 'sign-in' ? 1 : 2,
        members: {
          user: userOf(entry, target.name),
          service: { name: 'Signalbox' },
          ...sessionOf(entry),
          ...protocolOf(auth?.method),
          is_remote: true,
        },
      };
    case 'consent':
      return {
        class_uid: 3003,
        class_name: 'Authorize Session',
        activity_id: 1,
        members: {
          user: userOf(entry, entry.actor.id),
          privileges: privilegesOf(entry),
          ...sessionOf(entry),
        },
      };
    case 'tokens':
      return {
        class_uid: 3005,
        class_name: 'User Access Management',
        activity_id: 2,
        members: {
          user: userOf(entry, entry.onBehalfOf?.[0]?.id ?? entry.actor.id),
          privileges: privilegesOf(entry),
          resource: { name: target.name, type: 'client' },
        },
      };
    case 'client':
      return {
        class_uid: 3004,
        class_name: 'Entity Management',
        activity_id: 1,
        members: {
          entity: {
            uid: target.name,
            type: 'client',
            ...(entry.client?.name ? { name: entry.client.name } : {}),
          },
        },
      };
    case 'account':
      return {
        class_uid: 3001,
        class_name: 'Account Change',
        activity_id: accountActivities[action] ?? 99,
        members: { user: { uid: target.name, domain: target.upstream ?? '', org: { uid: entry.org } } },
      };
    case 'membership':
      return action.endsWith('-identity') ? accountChange(entry, 99) : accessChange(entry);
    case 'passkey':
      // A factor of sign-in that is enabled.
      return accountChange(entry, 10);
    default:
      return undefined;
  }
}

function accountChange(entry: AuditEntry, activity: number): OcsfEvent {
  return {
    class_uid: 3001,
    class_name: 'Account Change',
    activity_id: activity,
    members: { user: userOf(entry, entry.target.name) },
  };
}

/** 1 assigns privileges, 2 revokes them, 99 is both. */
function accessChange(entry: AuditEntry): OcsfEvent {
  const reason = entry.decision?.reason;
  return {
    class_uid: 3005,
    class_name: 'User Access Management',
    activity_id: reason === 'roles-taken' ? 2 : reason === 'roles-changed' ? 99 : 1,
    members: {
      user: userOf(entry, entry.target.name),
      privileges: readDetails(entry).roles,
      resource: { name: entry.org, type: 'organization' },
    },
  };
}

/** Create, delete, disable. */
const accountActivities: { readonly [action: string]: number | undefined } = {
  connect: 1,
  disconnect: 6,
  expire: 5,
};

function userOf(entry: AuditEntry, uid: string) {
  const { login } = readDetails(entry);
  return { uid, ...(login === undefined ? {} : { name: login }), org: { uid: entry.org } };
}

function privilegesOf(entry: AuditEntry): readonly string[] {
  return readDetails(entry).scopes;
}

function sessionOf({ auth }: AuditEntry) {
  return auth?.credentialId === undefined ? {} : { session: { uid: auth.credentialId } };
}

/** 4 is OpenID, 6 OAuth 2.0, 99 other. */
function protocolOf(method: string | undefined) {
  if (method === undefined || method === 'session') return {};
  const id = method === 'federated' ? 4 : method === 'device-code' || method === 'assertion' ? 6 : 99;
  return { auth_protocol_id: id, auth_protocol: method };
}

function readDetails({ args }: AuditEntry): z.output<typeof details> {
  try {
    return details.parse(JSON.parse(args ?? '{}'));
  } catch {
    return { scopes: [], roles: [] };
  }
}
