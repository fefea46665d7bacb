import {
  addInvitation,
  addOrganization,
  addRole,
  addService,
  addTeam,
  joinTeam,
  listAudit,
  removeOrganization,
  rotateSecretsKey,
} from '@signalbox/api';
import { database } from '@signalbox/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, setStage } from './support/cast.ts';

type AnyTables = { [table: string]: { [column: string]: string | number | null } };

const org = 'acme';
// The audit is evidence. The log of changes tells other nodes of the removal itself, and is gone after an hour.
const stays = /^(?:audit_|directory_changes$)/;
let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

const rows = () => stage.app.test.hub.services.get(database).queries<AnyTables>();

/** Every table whose rows name their organization. */
async function tablesOfOrganizations() {
  const tables = await rows().introspection.getTables();
  return tables.filter(
    ({ name, columns }) => !stays.test(name) && columns.some((each) => each.name === 'org'),
  );
}

async function count(table: string): Promise<number> {
  const found = await rows().selectFrom(table).selectAll().where('org', '=', org).execute();
  return found.length;
}

/** One of everything the API makes, and a row by hand where it makes none without upstreams and browsers. */
async function fill(): Promise<{ readonly key: string }> {
  const { owner, addPerson, keyOf, as } = stage;
  const query = { org };
  const fay = await addPerson('fay', ['owner'], org);
  const { key } = await keyOf(fay, undefined, org);
  await owner.request(addTeam, { query, body: { name: 'ops' } });
  await owner.request(joinTeam, { query, params: { team: 'ops', person: fay.id } });
  await owner.request(addService, { query, body: { name: 'robot', roles: ['member'] } });
  await owner.request(addRole, { query, body: { name: 'watcher', permissions: ['tools:call'] } });
  await owner.request(addInvitation, { query, body: { roles: ['member'] } });
  await as(key).request(rotateSecretsKey, {});
  for (const { name, columns } of await tablesOfOrganizations()) {
    if ((await count(name)) > 0) continue;
    const row = columns.map((each) => [each.name, /int/i.test(each.dataType) ? 0 : `${each.name} of ${org}`]);
    await rows()
      .insertInto(name)
      .values({ ...Object.fromEntries(row), org })
      .execute();
  }
  return { key };
}

test('of an organization that was removed nothing is left but the audit and its name, which nobody gets again', async () => {
  const { owner, as } = stage;
  const { key } = await fill();
  const tables = (await tablesOfOrganizations()).map(({ name }) => name).sort();
  const filled = await Promise.all(tables.map(count));
  expect([filled.length >= 20, filled.filter((found) => found === 0)]).toEqual([true, []]);
  const told = await as(key).request(listAudit, { query: {} });
  expect(told.items).not.toEqual([]);

  await owner.request(removeOrganization, { params: { org } });

  const left = await Promise.all(tables.map(async (table) => [table, await count(table)] as const));
  expect(left.filter(([, found]) => found > 0)).toEqual([]);
  expect(await count('audit_entries')).toBeGreaterThanOrEqual(told.items.length);
  const formerOrganizations = await rows().selectFrom('directory_removed_orgs').selectAll().execute();
  const at = expect.any(Number);
  expect(formerOrganizations).toEqual([{ id: org, removed_at: at, forgotten_at: at }]);
  await expect(owner.request(addOrganization, { body: { id: org, name: 'Other' } })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('its id is not given again'),
  });
  await expect(as(key).request(listAudit, { query: {} })).rejects.toMatchObject({ code: 'unauthenticated' });
});
