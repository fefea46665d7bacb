import { type NamedSecrets, namedSecrets } from '@signalbox/sdk';
import { database } from '@signalbox/store';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import vault from '../src/index.ts';
import type { NamedSecretTables } from '../src/named/secret-table.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub({ extensions: [storeSqlite, vault] });
});
afterAll(() => hub.stop());

const keeper = (): NamedSecrets => hub.hub.services.get(namedSecrets);
const rows = () => hub.hub.services.get(database).queries<NamedSecretTables>();

async function send(method: string, name: string, body?: object): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${hub.url}/api/v1/secrets${name === '' ? '' : `/${name}`}`, {
    method,
    headers: { authorization: `Bearer ${hub.key}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, text: await answer.text() };
}

const set = (name: string, value: string, tools: readonly string[] = ['crm.*']) =>
  send('PUT', name, { value, tools });
const open = (secret: string, source: string, originalName: string) =>
  keeper().open({ org: 'local', secret, tool: { source, originalName } });

test.each([
  ['crm.*', 'crm', 'anything', true],
  ['crm.find', 'crm', 'find', true],
  ['crm.find', 'crm', 'find_all', false],
  ['crm.fi*_all', 'crm', 'find_all', true],
  ['crm.a.b', 'crm', 'a.b', true],
  ['crm.*', 'crm-two', 'x', false],
  ['crm.*', 'cr', 'm.x', false],
])('a secret for "%s" is given to %s, %s: %s', async (tool, source, name, isGiven) => {
  await set('globs', 'the value of it', [tool]);
  const opening = open('globs', source, name);
  if (isGiven) expect(await opening).toBe('the value of it');
  else await expect(opening).rejects.toMatchObject({ code: 'forbidden' });
});

test.each([
  ['a name in capitals', 'CRM', { value: 'long enough', tools: ['crm.*'] }],
  ['a name that is too long', 'a'.repeat(65), { value: 'long enough', tools: ['crm.*'] }],
  ['a value that is too short to be told from text', 'a', { value: 'short77', tools: ['crm.*'] }],
  ['a value above 8 KB', 'a', { value: 'ü'.repeat(5_000), tools: ['crm.*'] }],
  ['no tools', 'a', { value: 'long enough', tools: [] }],
  ['every upstream', 'a', { value: 'long enough', tools: ['*.find'] }],
  ['every tool there is', 'a', { value: 'long enough', tools: ['*'] }],
])('%s is refused, and the value is not repeated', async (_what, name, body) => {
  const { status, text } = await send('PUT', name, body);
  expect(status).toBe(400);
  expect(text).not.toContain(body.value);
  expect((await send('GET', '')).text).not.toContain(`"${name}"`);
});

test('of a secret everything but its value is listed, and setting it again changes value and tools', async () => {
  await set('twice', 'the first value');
  await set('twice', 'the second value', ['crm.find']);
  expect(await open('twice', 'crm', 'find')).toBe('the second value');
  await expect(open('twice', 'crm', 'look')).rejects.toMatchObject({ code: 'forbidden' });
  const { text } = await send('GET', '');
  expect(JSON.parse(text)).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ name: 'twice', tools: ['crm.find'] })]),
  });
  expect(text).not.toContain('value of');
  expect(text).not.toContain('second value');
});

test('a row whose tools were changed in the store, or that was copied under another name, does not open', async () => {
  await set('moved', 'the value of it', ['crm.find']);
  const row = await rows()
    .selectFrom('vault_secrets')
    .selectAll()
    .where('name', '=', 'moved')
    .executeTakeFirstOrThrow();
  await rows()
    .insertInto('vault_secrets')
    .values({ ...row, name: 'copied' })
    .execute();
  await rows()
    .updateTable('vault_secrets')
    .set({ tools: JSON.stringify(['crm.*']) })
    .where('name', '=', 'moved')
    .execute();
  for (const name of ['moved', 'copied'])
    await expect(open(name, 'crm', 'find')).rejects.toMatchObject({ code: 'store_corrupt' });
});

test('what an upstream was given is taken out of its texts and of no others, and what is removed does not open', async () => {
  await set('gone', 'a value that goes');
  const [own, other] = [keeper().redactorFor('crm'), keeper().redactorFor('mail')];
  expect(own('said: a value that goes')).toBe('said: a value that goes');
  await open('gone', 'crm', 'find');
  expect(own('said: a value that goes')).toBe('said: [redacted]');
  expect(other('said: a value that goes')).toBe('said: a value that goes');
  expect((await send('DELETE', 'gone')).status).toBe(200);
  expect((await send('DELETE', 'gone')).status).toBe(404);
  await expect(open('gone', 'crm', 'find')).rejects.toMatchObject({ code: 'not_found' });
  expect(own('said: a value that goes')).toBe('said: [redacted]');
});

test('of very many values an upstream was given those given last are known', async () => {
  const values = Array.from({ length: 6 }, (_, index) => `${index}`.repeat(8_192));
  for (const [index, value] of values.entries()) {
    await set('large', value);
    expect(await open('large', 'crm', `${index}`)).toBe(value);
  }
  const redact = keeper().redactorFor('crm');
  const known = values.filter((value) => redact(value) === '[redacted]');
  expect(known).toEqual(values.slice(2));
});

test('an organization has 500 secrets and no more', async () => {
  const some = {
    org: 'local',
    sealed: '',
    tools: '[]',
    description: null,
    changed_at: 0,
    changed_by: 'test',
  };
  const names = Array.from({ length: 500 }, (_, index) => `many_${index}`);
  await rows()
    .insertInto('vault_secrets')
    .values(names.map((name) => ({ ...some, name })))
    .execute();
  expect(await set('one_more', 'long enough')).toMatchObject({ status: 413 });
  expect(await set('many_7', 'long enough')).toMatchObject({ status: 200 });
  await rows().deleteFrom('vault_secrets').where('name', 'like', 'many_%').execute();
});
