import { addOrganization, addPerson, changeMember, changePerson } from '@signalbox/api';
import { createClient } from '@signalbox/client';
import directoryExtension from '@signalbox/directory';
import {
  directory,
  type Level,
  type Principal,
  type RunOrder,
  type SourceEntry,
  uuidv7,
  type Viewer,
} from '@signalbox/sdk';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { everyMinute, owner, type SchedulerHub, startSchedulerHub } from './support/start-scheduler.ts';

const minute = 60_000;
let hub: SchedulerHub;

beforeEach(async () => {
  hub = await startSchedulerHub({ extensions: [directoryExtension] });
});

afterEach(() => hub[Symbol.asyncDispose]());

/** Adds somebody to an organization, and gives them as who has signed in. */
async function person(
  login: string,
  roles: string[],
  { org = 'local', scopes, grant }: { org?: string; scopes?: string[]; grant?: Level } = {},
): Promise<Viewer> {
  const client = createClient({ url: hub.test.url, key: hub.test.key });
  const { id } = await client.request(addPerson, { query: { org }, body: { login, roles } });
  return {
    principal: await principalOf(id, { org, scopes, grant }),
    interface: { name: 'api', level: 'anchor' },
  };
}

async function principalOf(
  id: string,
  more: { org: string; scopes?: string[] | undefined; grant?: Level | undefined },
): Promise<Principal> {
  const { org, scopes, grant } = more;
  const found = await hub.test.hub.services.get(directory).principalOf(
    { kind: 'user', id, org },
    {
      credential: { kind: 'session', id: `session of ${id}` },
      ...(scopes ? { scopes } : {}),
      ...(grant ? { grant } : {}),
    },
  );
  if (!found) throw new TypeError('nobody is there');
  return found;
}

/** A run of the owner that acts while it runs. */
const runOf = (id: string): Viewer => ({
  ...owner,
  principal: { ...owner.principal, credential: { kind: 'task', id } },
});

function toolEntry(name: string): SourceEntry {
  return { kind: 'tool', name, definition: { name, inputSchema: { type: 'object' } } };
}

describe('who may', () => {
  test.each<[string, string[], readonly string[]]>([
    ['a viewer', ['viewer'], ['read']],
    ['a member', ['member'], ['read', 'run']],
    ['a developer', ['developer'], ['read', 'run', 'create']],
    ['an auditor', ['auditor'], []],
  ])('%s', async (_who, roles, allowed) => {
    const task = await hub.make({});
    const viewer = await person('somebody', roles);
    const wishes = {
      read: () => hub.tasks.get(viewer, task.id),
      run: () => hub.tasks.runNow(viewer, task.id),
      create: () => hub.tasks.create(viewer, everyMinute),
      change: () => hub.tasks.pause(viewer, task.id),
      force: () => hub.tasks.runNow(viewer, task.id, { isForced: true }),
    };
    const found: string[] = [];
    for (const [name, wish] of Object.entries(wishes))
      await wish().then(
        () => found.push(name),
        (error: unknown) => expect(error).toMatchObject({ code: 'forbidden' }),
      );
    expect(found).toEqual(allowed);
  });

  test('those who made a task change it, and administrators do', async () => {
    const [ada, bob, eve] = [
      await person('ada', ['developer']),
      await person('bob', ['developer']),
      await person('eve', ['admin']),
    ];
    const task = await hub.tasks.create(ada, everyMinute);
    await expect(hub.tasks.update(bob, task.id, { title: 'mine' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(await hub.tasks.update(ada, task.id, { title: 'hers' })).toMatchObject({ title: 'hers' });
    const changed = await hub.tasks.update(eve, task.id, { title: 'of the admin' });
    expect(changed).toMatchObject({
      created_by: { id: ada.principal.id },
      // What an administrator has written is not done with the rights of who made the task.
      run_as: { id: eve.principal.id },
    });
  });

  test('a credential without the scope may not', async () => {
    const narrow = await person('ada', ['developer'], { scopes: ['tasks:read'] });
    await expect(hub.tasks.create(narrow, everyMinute)).rejects.toMatchObject({
      code: 'insufficient_scope',
      details: { scopes: ['tasks:write'] },
    });
  });

  test('nobody of another organization finds a task, an event or a run of it', async () => {
    const client = createClient({ url: hub.test.url, key: hub.test.key });
    await client.request(addOrganization, { body: { id: 'acme' } });
    const foreign = await person('ada', ['owner'], { org: 'acme' });
    const task = await hub.make({ schedule_kind: 'event', schedule_expr: '**' });
    await hub.tasks.publishEvent(owner, { topic: 'a.b' });
    const wishes = [
      () => hub.tasks.get(foreign, task.id),
      () => hub.tasks.update(foreign, task.id, { title: 'mine' }),
      () => hub.tasks.cancel(foreign, task.id),
      () => hub.tasks.snooze(foreign, task.id, { delay_seconds: 5 }),
      () => hub.tasks.runNow(foreign, task.id),
      () => hub.tasks.occurrences(foreign, task.id),
      () => hub.tasks.versions(foreign, task.id),
      () => hub.tasks.preview(foreign, { task: task.id }, 1),
      () => hub.tasks.requireChange(foreign, task.id),
    ];
    for (const wish of wishes) await expect(wish()).rejects.toMatchObject({ code: 'not_found' });
    expect(await hub.tasks.list(foreign)).toEqual([]);
    expect(await hub.tasks.events(foreign)).toEqual([]);
    expect((await hub.tasks.summary(foreign)).tasks.active).toBe(0);
    expect((await hub.tasks.publishEvent(foreign, { topic: 'a.b' })).runs).toEqual([]);
    expect((await hub.engine.orders()).map(({ org }) => org)).toEqual(['local']);
  });

  test('what is removed with its organization leaves no row', async () => {
    await hub.make({});
    await hub.tasks.publishEvent(owner, { topic: 'a' });
    await hub.pass(minute);
    await hub.running.removeOrganization('local');
    expect(await hub.tasks.list(owner)).toEqual([]);
    expect(await hub.tasks.events(owner)).toEqual([]);
  });
});

describe('whose rights', () => {
  test('a run has no more than those its task was made with', async () => {
    const ada = await person('ada', ['developer'], {
      scopes: ['tasks:write', 'tools:call'],
      grant: 'trusted',
    });
    await hub.tasks.create(ada, everyMinute);
    await hub.pass(minute);
    expect((await hub.engine.orders())[0]?.runAs).toEqual({
      kind: 'user',
      id: ada.principal.id,
      org: 'local',
      level: 'trusted',
      scopes: ['tasks:write', 'tools:call'],
    });
  });

  test('params somebody brings are run with their own', async () => {
    const task = await hub.make({ overlap: 'allow' });
    const ada = await person('ada', ['member']);
    await hub.tasks.runNow(ada, task.id);
    await hub.tasks.runNow(ada, task.id, { params: { where: 'there' } });
    expect((await hub.engine.orders()).map(({ runAs, params }) => [runAs.id, params])).toEqual([
      ['owner', { where: 'wall' }],
      [ada.principal.id, { where: 'there' }],
    ]);
  });

  test('those of somebody who is gone pause the task, and say so', async () => {
    const ada = await person('ada', ['developer']);
    const task = await hub.tasks.create(ada, everyMinute);
    const client = createClient({ url: hub.test.url, key: hub.test.key });
    const params = { person: ada.principal.id };
    await client.request(changePerson, { params, query: {}, body: { isActive: false } });
    await hub.pass(minute);
    expect(await hub.engine.orders()).toEqual([]);
    expect(await hub.ends(task.id)).toEqual(['12:01 missed']);
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({
      status: 'paused',
      status_reason: `user "${ada.principal.id}", whose rights its runs have, is not there or not active any more`,
    });
    expect(hub.test.logged()).toContain('a task is paused now');
    await expect(hub.tasks.resume(owner, task.id)).rejects.toMatchObject({ code: 'conflict' });
    await client.request(changePerson, { params, query: {}, body: { isActive: true } });
    expect(await hub.tasks.resume(owner, task.id)).toMatchObject({ status: 'active' });
  });

  test('that do not go as far as a tool any more keep it from being run', async () => {
    const ada = await person('ada', ['developer']);
    const task = await hub.tasks.create(ada, everyMinute);
    const client = createClient({ url: hub.test.url, key: hub.test.key });
    await client.request(changeMember, {
      params: { person: ada.principal.id },
      query: {},
      body: { roles: ['auditor'] },
    });
    await hub.pass(minute);
    expect(await hub.engine.orders()).toEqual([]);
    expect((await hub.tasks.get(owner, task.id)).status).not.toBe('active');
    expect(await hub.ends(task.id)).toEqual(['12:01 missed']);
  });

  test('a delegate has none that could be kept', async () => {
    const delegate: Viewer = { ...owner, principal: { ...owner.principal, onBehalfOf: owner.principal } };
    await expect(hub.tasks.create(delegate, everyMinute)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('the tools of a pipeline', () => {
  test('that are gone when it is due make the task invalid, until they are back and it is resumed', async () => {
    const task = await hub.make({});
    hub.tools.publish([toolEntry('mail__send')]);
    await hub.pass(minute);
    expect(await hub.engine.orders()).toEqual([]);
    const reason = 'there is no tool "clock__look"';
    expect(await hub.tasks.get(owner, task.id)).toMatchObject({ status: 'invalid', status_reason: reason });
    expect(await hub.tasks.occurrences(owner, task.id)).toMatchObject([{ status: 'missed', reason }]);
    await hub.pass(10 * minute);
    expect(await hub.ends(task.id)).toEqual(['12:01 missed']);
    await expect(hub.tasks.resume(owner, task.id)).rejects.toMatchObject({ code: 'conflict' });
    hub.tools.publish([toolEntry('clock__look')]);
    await hub.tasks.resume(owner, task.id);
    await hub.running.settle();
    expect(await hub.ends(task.id)).toEqual(['12:01 missed', '12:02-12:10 (9) missed', '12:11 fired']);
  });

  test('whose upstream is only away for a while are no hindrance', async () => {
    await hub.make({});
    hub.tools.setState({ status: 'unavailable', reason: 'restarting' });
    await hub.pass(minute);
    expect((await hub.engine.orders()).length).toBe(1);
  });
});

describe('runs that schedule themselves', () => {
  test('make no more than so many tasks an hour', async () => {
    const task = await hub.make({});
    for (let count = 0; count < 20; count++) await hub.tasks.create(runOf(task.id), everyMinute);
    await expect(hub.tasks.create(runOf(task.id), everyMinute)).rejects.toMatchObject({
      code: 'rate_limited',
    });
    await hub.tasks.create(owner, everyMinute);
    await hub.pass(60 * minute);
    await hub.tasks.create(runOf(task.id), everyMinute);
  });

  test('go only so deep, by tasks, by runs and by events', async () => {
    let { id } = await hub.make({});
    for (let depth = 1; depth <= 5; depth++) ({ id } = await hub.tasks.create(runOf(id), everyMinute));
    await expect(hub.tasks.create(runOf(id), everyMinute)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(hub.tasks.runNow(runOf(id), id)).rejects.toMatchObject({ code: 'forbidden' });
    const times = { from: hub.clock.now() - minute, to: hub.clock.now() };
    await expect(hub.tasks.backfill(runOf(id), id, times)).rejects.toMatchObject({ code: 'forbidden' });

    const echo = await hub.make({ schedule_kind: 'event', schedule_expr: 'echo', overlap: 'allow' });
    let speaker = owner;
    for (;;) {
      const [run] = (await hub.tasks.publishEvent(speaker, { topic: 'echo' })).runs;
      if (run?.run === undefined) break;
      speaker = runOf(run.run);
    }
    expect((await hub.ends(echo.id)).map((end) => end.split(' ')[1])).toEqual([
      ...Array.from({ length: 6 }, () => 'fired'),
      'skipped',
    ]);
  });

  test('go only so deep by filling in times of their own task', async () => {
    const { id } = await hub.make({ overlap: 'allow', status: 'paused' });
    let speaker = owner;
    let [from, rounds] = [hub.clock.now() - 20 * minute, 0];
    const another = async () => {
      const { runs } = await hub.tasks.backfill(speaker, id, { from, to: from + minute });
      from += minute;
      return runs[0]?.run;
    };
    for (let run = await another(); run !== undefined && rounds < 10; rounds++) {
      speaker = runOf(run);
      run = await another().catch(() => undefined);
    }
    expect(rounds).toBe(6);
  });

  test('go no deeper by calling a task in between, whose run is of no occurrence', async () => {
    const task = await hub.make({});
    const child: RunOrder = {
      id: uuidv7(hub.clock.now(), new Uint8Array(10)),
      org: 'local',
      task: { id: task.id, version: 1 },
      title: 'called by a step',
      pipeline: {},
      params: {},
      trigger: 'call',
      runAs: { kind: 'user', id: 'owner', org: 'local', level: 'trusted' },
      scheduledAt: hub.clock.now(),
      timezone: 'UTC',
      priority: 5,
      availableAt: hub.clock.now(),
      maxRetries: 0,
      depth: 5,
    };
    await hub.database.together(hub.engine.order(child));
    await expect(hub.tasks.runNow(runOf(child.id), task.id)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(hub.tasks.create(runOf(child.id), everyMinute)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

test('an organization keeps so many tasks at most, those that ended not counted', async () => {
  await using small = await startSchedulerHub({ settings: { maxTasks: 2 } });
  const [first] = [await small.make({}), await small.make({})];
  await expect(small.make({})).rejects.toMatchObject({ code: 'too_large' });
  await small.tasks.cancel(owner, first.id);
  expect(await small.make({})).toMatchObject({ status: 'active' });
});

describe('a step that calls a task', () => {
  const steps = { pipeline: [{ id: 'look', uses: 'clock__look', with: {} }], params: {} };
  const make = (viewer: Viewer, title: string) =>
    hub.tasks.create(viewer, { ...everyMinute, title, payload: steps });
  const call = (by: Viewer, task: string, level: Level = 'trusted') => {
    const { kind, id } = by.principal;
    return hub.engine.orderChild?.({
      id: 'child',
      org: 'local',
      task,
      params: {},
      runAs: { kind: kind === 'service' ? 'service' : 'user', id, org: 'local', level },
      scheduledAt: 0,
      depth: 1,
      parent: { run: 'parent', path: 'step', attempt: 1 },
    });
  };

  test('runs no pipeline of somebody else with the rights of its run', async () => {
    const eve = await person('eve', ['developer']);
    await make(eve, 'report');
    await expect(call(owner, 'report')).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('was written by user'),
    });
    expect(await call(eve, 'report')).toMatchObject({ title: 'report', runAs: { id: eve.principal.id } });
  });

  test('runs what an administrator has written', async () => {
    const eve = await person('eve', ['developer']);
    await make(owner, 'backup');
    expect(await call(eve, 'backup')).toMatchObject({ title: 'backup', runAs: { id: eve.principal.id } });
  });

  test('runs nothing a narrower credential of the same person has written', async () => {
    const narrow = await person('ada', ['developer'], { grant: 'trusted' });
    await make(narrow, 'narrow');
    await expect(call(narrow, 'narrow', 'anchor')).rejects.toMatchObject({ code: 'forbidden' });
    expect(await call(narrow, 'narrow', 'trusted')).toMatchObject({ title: 'narrow' });
  });
});
