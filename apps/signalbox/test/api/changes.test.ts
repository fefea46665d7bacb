import { addUpstream, listAudit, listUpstreams, removeUpstream } from '@signalbox/api';
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
  await expect(stage.owner.request(removeUpstream, { params: { name: 'nowhere' } })).rejects.toMatchObject({
    code: 'not_found',
  });
  const [outcome] = await changes('removeUpstream');
  expect(outcome).toMatchObject({
    phase: 'outcome',
    code: 'not_found',
    target: { name: '/api/v1/upstreams/nowhere', upstream: 'nowhere' },
  });
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

test('nothing is changed that cannot be written down', async () => {
  const queries = stage.app.test.hub.services.get(database).queries();
  await sql`alter table audit_entries rename to away`.execute(queries);
  await expect(
    stage.owner.request(addUpstream, { body: { name: 'unseen', definition } }),
  ).rejects.toMatchObject({ code: 'audit_unavailable' });
  await sql`alter table away rename to audit_entries`.execute(queries);
  const { items } = await stage.owner.request(listUpstreams, { query: {} });
  expect(items.map(({ name }) => name)).toEqual(['far']);
});
