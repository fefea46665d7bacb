import { addPerson, changeMember } from '@signalbox/api';
import { createClient } from '@signalbox/client';
import directoryExtension from '@signalbox/directory';
import { directory, type Viewer } from '@signalbox/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { everyMinute, noon, owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';

const minute = 60_000;
const onMail = { ...everyMinute, schedule_kind: 'event', schedule_expr: 'email.*' } as const;
let hub: SchedulerHub;

beforeEach(async () => {
  hub = await startSchedulerHub({ extensions: [directoryExtension] });
});

afterEach(() => hub[Symbol.asyncDispose]());

const client = () => createClient({ url: hub.test.url, key: hub.test.key });

async function person(login: string, role: string, scopes?: readonly string[]): Promise<Viewer> {
  const body = { login, roles: [role] };
  const { id } = await client().request(addPerson, { query: { org: 'local' }, body });
  const credential = { kind: 'session', id: `session of ${login}` } as const;
  const principal = await hub.test.hub.services
    .get(directory)
    .principalOf({ kind: 'user', id, org: 'local' }, { credential, ...(scopes ? { scopes } : {}) });
  if (!principal) throw new TypeError('nobody is there');
  return { principal, interface: { name: 'api', level: 'anchor' } };
}

const orders: readonly [string, (task: string) => Promise<unknown>][] = [
  ['an event somebody else tells', () => hub.tasks.publishEvent(owner, { topic: 'email.received' })],
  ['a run somebody else orders', (task) => hub.tasks.runNow(owner, task)],
];

test.each(orders)(
  '%s finds out that the author of the task may not use its tool any more',
  async (_, order) => {
    const ada = await person('ada', 'developer');
    const task = await hub.tasks.create(ada, onMail);
    const params = { person: ada.principal.id };
    await client().request(changeMember, { params, query: {}, body: { roles: ['auditor'] } });
    await order(task.id);
    expect(await hub.engine.orders()).toEqual([]);
    const [only] = await hub.tasks.occurrences(owner, task.id);
    const { status, status_reason } = await hub.tasks.get(owner, task.id);
    expect([only?.status, only?.reason]).toEqual(['missed', status_reason]);
    expect(status).not.toBe('active');
  },
);

test('a backfill somebody else orders finds it out, too', async () => {
  const ada = await person('ada', 'developer');
  const task = await hub.tasks.create(ada, { ...everyMinute, status: 'active' });
  const params = { person: ada.principal.id };
  await client().request(changeMember, { params, query: {}, body: { roles: ['auditor'] } });
  await hub.tasks.backfill(owner, task.id, { from: noon - minute, to: noon });
  expect((await hub.tasks.get(owner, task.id)).status).not.toBe('active');
});

test('what somebody else lacks who orders a run says nothing of the task', async () => {
  const ada = await person('ada', 'developer');
  const narrow = await person('bob', 'developer', ['tasks:run']);
  const task = await hub.tasks.create(ada, { ...onMail, overlap: 'allow' });
  const told = await hub.tasks.publishEvent(narrow, { topic: 'email.received' });
  expect(told.runs).toMatchObject([{ status: 'fired' }]);
  const own = await hub.tasks.runNow(narrow, task.id, { params: { where: 'hall' } });
  expect(own).toMatchObject({ status: 'missed' });
  expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'active' });
});
