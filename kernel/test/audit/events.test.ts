import {
  type AuditEntry,
  type AuditEvent,
  type AuditRecorder,
  auditReader,
  auditRecorder,
  SignalboxError,
} from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterEach, expect, test } from 'vitest';
import { makeEventRecorder } from '../../src/audit/event-recorder.ts';
import { makeAuditPlace } from '../support/open-audit.ts';

const signIn: AuditEvent = {
  kind: 'session',
  action: 'sign-in',
  orgs: ['local', 'acme'],
  actor: { type: 'user', id: 'ada' },
  target: 'ada',
  interface: 'browser',
  address: '192.0.2.7',
  auth: { method: 'password', credentialId: 'session-1', amr: ['pwd'] },
  details: { login: 'ada' },
};
const wrong: AuditEvent = { ...signIn, orgs: ['local'], reason: 'wrong-password' };

const hubs: TestHub[] = [];
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.stop();
});

async function start(audit: object = {}): Promise<{ recorder: AuditRecorder; hub: TestHub }> {
  const hub = await startTestHub({ extensions: [storeSqlite], settings: { audit } as never });
  hubs.push(hub);
  return { hub, recorder: hub.hub.services.get(auditRecorder) };
}

const entriesOf = async (hub: TestHub, org = 'local', filter = {}): Promise<readonly AuditEntry[]> =>
  (await hub.hub.services.get(auditReader).query({ org, limit: 100, ...filter })).toReversed();

const endsOf = (entries: readonly AuditEntry[]): string[] =>
  entries.map(({ phase, outcome, code }) => [phase, outcome, code].filter(Boolean).join(' '));

test('what gives somebody something is on disk before it is done, in each organization it concerns', async () => {
  const { hub, recorder } = await start();
  const seen: string[] = [];
  await recorder.perform(signIn, async () => {
    for (const org of ['local', 'acme']) seen.push(...endsOf(await entriesOf(hub, org)));
  });
  expect(seen).toEqual(['intent', 'intent']);
  for (const org of ['local', 'acme'])
    expect(endsOf(await entriesOf(hub, org))).toEqual(['intent', 'outcome ok']);
  const [intent, outcome] = await entriesOf(hub);
  expect(outcome).toMatchObject({
    org: 'local',
    callId: intent?.callId,
    actor: { type: 'user', id: 'ada', level: 'none' },
    action: 'sign-in',
    target: { kind: 'session', name: 'ada' },
    interface: 'browser',
    address: '192.0.2.7',
    auth: { method: 'password', credentialId: 'session-1', amr: ['pwd'] },
    args: '{"login":"ada"}',
  });
  expect(JSON.stringify(await entriesOf(hub))).not.toContain('acme');
});

test('what fails after its intent is told as failed', async () => {
  const { hub, recorder } = await start();
  const failing = recorder.perform({ ...signIn, orgs: ['local'] }, () =>
    Promise.reject(new SignalboxError('store_failed', 'no room')),
  );
  await expect(failing).rejects.toMatchObject({ code: 'store_failed' });
  expect(endsOf(await entriesOf(hub))).toEqual(['intent', 'outcome error store_failed']);
});

test('a refusal is one entry, found by the filters of calls and held by the chain', async () => {
  const { hub, recorder } = await start();
  recorder.note(wrong, { outcome: 'denied', code: 'unauthenticated' });
  for (const filter of [
    { kind: 'session', action: 'sign-in' },
    { reason: 'wrong-password', effect: 'deny' },
    { outcome: 'denied', code: 'unauthenticated', phase: 'whole' },
    { address: '192.0.2.7', method: 'password' },
  ])
    expect(await entriesOf(hub, 'local', filter)).toHaveLength(1);
  expect(await entriesOf(hub, 'local', { kind: 'tool' })).toEqual([]);
  expect(await hub.hub.services.get(auditReader).verify('local')).toMatchObject({
    isIntact: true,
    chains: [{ entries: 1 }],
  });
});

test('where intents are off there is one entry after it', async () => {
  const { hub, recorder } = await start({ intents: 'off' });
  await recorder.perform({ ...signIn, orgs: ['local'] }, async () => undefined);
  expect(endsOf(await entriesOf(hub))).toEqual(['whole ok']);
});

test('an event that cannot be written down is not done, and one that takes something away waits for nothing', async () => {
  await using place = await makeAuditPlace();
  const audit = await place.open();
  const recorder = makeEventRecorder({ audit, clock: place.clock, redact: (text) => text });
  await audit.close();
  let isDone = false;
  const done = recorder.perform(signIn, async () => {
    isDone = true;
  });
  await expect(done).rejects.toMatchObject({
    code: 'audit_unavailable',
    message: expect.stringContaining('nothing was done') as unknown,
  });
  expect(isDone).toBe(false);
  recorder.note({ ...signIn, action: 'sign-out' }, { outcome: 'ok' });
  await audit.open(place.store.database);
  const entries = await audit.query({ org: 'local', limit: 10 });
  expect(entries.map(({ action }) => action)).toEqual(['sign-out']);
  await audit.close();
});

test('an event whose hub was killed has an outcome nobody knows', async () => {
  await using place = await makeAuditPlace();
  const audit = await place.open();
  const recorder = makeEventRecorder({ audit, clock: place.clock, redact: (text) => text });
  let isBegun = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    isBegun = resolve;
  });
  void recorder.perform({ ...signIn, orgs: ['local'] }, () => {
    isBegun();
    return new Promise(() => undefined);
  });
  await begun;
  await audit.close();
  place.clock.advance(1_000);
  const next = await place.open();
  expect(endsOf((await next.query({ org: 'local', limit: 10 })).toReversed())).toEqual([
    'intent',
    'outcome unknown',
  ]);
  await next.close();
});

test('secrets the hub knows are taken out of what an event tells', async () => {
  await using place = await makeAuditPlace();
  const audit = await place.open();
  const redact = (text: string): string => text.replaceAll('hunter2', '[secret]');
  const recorder = makeEventRecorder({ audit, clock: place.clock, redact });
  recorder.note({ ...wrong, details: { login: 'hunter2' }, target: 'hunter2' }, { outcome: 'denied' });
  expect(JSON.stringify(await audit.query({ org: 'local', limit: 1 }))).not.toContain('hunter2');
  await audit.close();
});
