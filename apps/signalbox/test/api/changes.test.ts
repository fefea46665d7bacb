import {
  addUpstream,
  changePerson,
  listAudit,
  listUpstreams,
  removeUpstream,
  replaceRules,
  revokeKey,
} from '@signalbox/api';
import { database } from '@signalbox/store';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, setStage } from '../security/support/cast.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

const definition = { url: 'http://127.0.0.1:9/mcp', headers: { authorization: 'Bearer not-for-the-audit' } };

async function changes(action: string) {
  const { items } = await stage.owner.request(listAudit, { query: { kind: 'change', action, limit: 100 } });
  return items;
}

test('a change is written down before it is made, and how it ended after it, without what it was made of', async () => {
  await stage.owner.request(addUpstream, { body: { name: 'far', definition } });
  const [outcome, intent] = await changes('addUpstream');
  expect(intent).toMatchObject({
    phase: 'intent',
    action: 'addUpstream',
    target: { kind: 'change', name: '/api/v1/upstreams' },
    actor: { type: 'user', id: 'owner' },
    interface: 'http',
    address: '127.0.0.1',
    args: '{"name":"far","fields":["name","definition"]}',
  });
  expect(outcome).toMatchObject({ phase: 'outcome', outcome: 'ok', callId: intent?.callId });
  expect(JSON.stringify([outcome, intent])).not.toContain('not-for-the-audit');
});

test('a change that fails says so', async () => {
  const again = stage.owner.request(addUpstream, { body: { name: 'far', definition } });
  await expect(again).rejects.toMatchObject({ code: 'conflict' });
  const [outcome] = await changes('addUpstream');
  expect(outcome).toMatchObject({ phase: 'outcome', outcome: 'error', code: 'conflict' });
});

test('who may not change something is written down with it, who nobody knows is not', async () => {
  const ada = await stage.addPerson('ada', ['viewer']);
  const { key } = await stage.keyOf(ada);
  await expect(stage.as(key).request(removeUpstream, { params: { name: 'far' } })).rejects.toMatchObject({
    code: 'forbidden',
  });
  await fetch(`${stage.url}/api/v1/upstreams/far`, { method: 'DELETE' });
  const denied = (await changes('removeUpstream')).filter(({ code }) => code === 'forbidden');
  expect(denied).toEqual([
    expect.objectContaining({ actor: expect.objectContaining({ id: ada.id }), outcome: 'denied' }),
  ]);
});

test('another organization is told what was done to it, and not what was tried', async () => {
  const fay = await stage.addPerson('fay', ['owner'], 'acme');
  const { key } = await stage.keyOf(fay, ['audit:read'], 'acme');
  const { items } = await stage.as(key).request(listAudit, { query: { kind: 'change', limit: 100 } });
  expect(items.map(({ action, phase }) => [action, phase])).toEqual([
    ['addKey', 'whole'],
    ['addPerson', 'whole'],
  ]);
});

test('a change of another organization says whose it was, and a trial is none', async () => {
  const rules = [{ id: 'no-reads', effect: 'deny' as const, what: { kinds: ['resource' as const] } }];
  await stage.owner.request(replaceRules, { query: { org: 'acme', dryRun: 'true' }, body: { rules } });
  expect(await changes('replaceRules')).toEqual([]);
  await stage.owner.request(replaceRules, { query: { org: 'acme' }, body: { rules } });
  const [, intent] = await changes('replaceRules');
  expect(intent?.args).toBe('{"query":{"org":"acme","dryRun":"false"},"fields":["rules"]}');
});

test('while nothing can be written down nothing is given, and what only takes away is done', async () => {
  const bob = await stage.addPerson('bob', ['developer']);
  const { key, id } = await stage.keyOf(bob);
  const queries = stage.app.test.hub.services.get(database).queries();
  await sql`alter table audit_entries rename to away`.execute(queries);
  const adding = stage.owner.request(addUpstream, { body: { name: 'unseen', definition } });
  await expect(adding).rejects.toMatchObject({ code: 'audit_unavailable' });
  await stage.owner.request(revokeKey, { params: { key: id }, query: {} });
  await stage.owner.request(changePerson, {
    params: { person: 'bob' },
    query: {},
    body: { isActive: false },
  });
  await sql`alter table away rename to audit_entries`.execute(queries);
  await expect(stage.as(key).request(listUpstreams, { query: {} })).rejects.toMatchObject({
    code: 'unauthenticated',
  });
  const { items } = await stage.owner.request(listUpstreams, { query: {} });
  expect(items.map(({ name }) => name)).toEqual(['far']);
  expect(await changes('revokeKey')).toMatchObject([{ phase: 'whole', outcome: 'ok' }]);
});
