import type { AuditEntry } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { toOcsf } from '../src/to-ocsf.ts';

const signIn: AuditEntry = {
  v: 1,
  id: 'e1',
  node: 'n1',
  seq: 1,
  org: 'acme',
  at: 5,
  phase: 'outcome',
  callId: 'c1',
  actor: { type: 'user', id: 'p1', level: 'none' },
  interface: 'browser',
  address: '192.0.2.7',
  auth: { method: 'password', credentialId: 's1', amr: ['pwd'] },
  action: 'sign-in',
  target: { kind: 'session', name: 'p1', view: '' },
  outcome: 'ok',
  prevHash: '',
  hash: 'h',
};
const decision = { effect: 'deny', reason: 'wrong-password', policyVersion: 'none', rules: [] };
const scopes = '{"scopes":["tools:list"],"level":"trusted"}';

test.each<[string, Partial<AuditEntry>, object]>([
  [
    'a sign-in is a logon',
    {},
    {
      class_uid: 3002,
      class_name: 'Authentication',
      category_uid: 3,
      activity_id: 1,
      type_uid: 300_201,
      status_id: 1,
      user: { uid: 'p1', org: { uid: 'acme' } },
      service: { name: 'Signalbox' },
      session: { uid: 's1' },
      src_endpoint: { ip: '192.0.2.7' },
    },
  ],
  [
    'a wrong password is a logon that failed',
    {
      actor: { type: 'anonymous', id: 'anonymous', level: 'none' },
      auth: { method: 'password' },
      outcome: 'denied',
      code: 'unauthenticated',
      decision,
      args: '{"login":"ada"}',
    },
    {
      type_uid: 300_201,
      severity_id: 2,
      status_id: 2,
      status_code: 'unauthenticated',
      user: { uid: 'p1', name: 'ada' },
    },
  ],
  ['a sign-out is a logoff', { action: 'sign-out' }, { type_uid: 300_202, status_id: 1 }],
  [
    'a consent assigns privileges',
    { action: 'allow', target: { kind: 'consent', name: 'c', view: '' }, args: scopes },
    { class_uid: 3003, type_uid: 300_301, user: { uid: 'p1' }, privileges: ['tools:list'] },
  ],
  [
    'a family that ends for a second use revokes privileges, and is severe',
    {
      action: 'revoke',
      target: { kind: 'tokens', name: 'c', view: '' },
      onBehalfOf: [{ type: 'user', id: 'p2', level: 'trusted' }],
      decision: { ...decision, reason: 'reused' },
      args: scopes,
    },
    { class_uid: 3005, type_uid: 300_502, severity_id: 4, user: { uid: 'p2' }, privileges: ['tools:list'] },
  ],
  [
    'a client that registers itself is an entity that is created',
    { action: 'register', target: { kind: 'client', name: 'c', view: '' }, client: { id: 'c', name: 'New' } },
    { class_uid: 3004, type_uid: 300_401, entity: { uid: 'c', name: 'New', type: 'client' } },
  ],
  [
    'an account that is connected is created',
    { action: 'connect', target: { kind: 'account', name: 'user:p1', view: '', upstream: 'files' } },
    { class_uid: 3001, type_uid: 300_101, user: { uid: 'user:p1', domain: 'files' } },
  ],
  [
    'an account that needs to sign in again is disabled',
    { action: 'expire', target: { kind: 'account', name: 'user:p1', view: '', upstream: 'files' } },
    { type_uid: 300_105 },
  ],
  [
    'an invitation that is accepted assigns the roles',
    {
      action: 'accept-invitation',
      target: { kind: 'membership', name: 'p1', view: '' },
      args: '{"roles":["owner"]}',
    },
    {
      class_uid: 3005,
      type_uid: 300_501,
      user: { uid: 'p1' },
      privileges: ['owner'],
      resource: { name: 'acme', type: 'organization' },
    },
  ],
  [
    'roles that the groups of a provider give no more are revoked',
    {
      action: 'change-roles',
      target: { kind: 'membership', name: 'p1', view: '' },
      decision: { ...decision, effect: 'allow', reason: 'roles-taken' },
      args: '{"roles":["member"],"before":["admin","member"]}',
    },
    { type_uid: 300_502, privileges: ['member'] },
  ],
  [
    'an identity that is linked changes the account',
    { action: 'link-identity', target: { kind: 'membership', name: 'p1', view: '' } },
    { class_uid: 3001, type_uid: 300_199, user: { uid: 'p1' } },
  ],
  [
    'a passkey that is added is a factor that is enabled',
    { action: 'add', target: { kind: 'passkey', name: 'p1', view: '' } },
    { class_uid: 3001, type_uid: 300_110, user: { uid: 'p1' } },
  ],
])('%s', (_, changes, wanted) => {
  expect(toOcsf({ ...signIn, ...changes })).toMatchObject(wanted);
});

test('a call stays an API Activity', () => {
  const target = { kind: 'tool', name: 't', view: 'all' };
  const made = toOcsf({ ...signIn, action: 'call', target });
  expect(made).toMatchObject({ class_uid: 6003, type_uid: 600_399, api: { operation: 'tool.call' } });
  expect(made).not.toHaveProperty('user');
});
