import { addOrganization, addPerson, changeMember } from '@signalbox/api';
import { catalogReader, directory, type JsonObject, type Principal, SignalboxError } from '@signalbox/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownerInRun, startWayIn, type WayInHub } from '../support/start-way-in.ts';
import { textOf } from '../support/text-of.ts';

let hub: WayInHub;
beforeAll(async () => {
  hub = await startWayIn();
});
afterAll(() => hub[Symbol.asyncDispose]());

const greeting: JsonObject = {
  params: { greeting: 'hello' },
  params_schema: {
    type: 'object',
    properties: { place: { type: 'string' }, greeting: { type: 'string' } },
    required: ['place', 'greeting'],
    additionalProperties: false,
  },
  pipeline: [
    { id: 'first', uses: 'look', with: { at: '${params.place}' } },
    { id: 'then', uses: 'look', with: { at: '${params.greeting} ${steps.first.seen}' } },
  ],
};

interface Made {
  readonly id: string;
  readonly version: number;
}

async function publish(publish_as: JsonObject, more: JsonObject = {}): Promise<Made> {
  const title = `publishes ${textOf(publish_as, 'name')}`;
  const made = await hub.use('create_task', {
    title,
    schedule_kind: 'manual',
    payload: greeting,
    publish_as,
    ...more,
  });
  return made as unknown as Made;
}

/** Calls a tool as it is, failures of it included. */
async function call(name: string, args: JsonObject = {}, principal?: Principal): Promise<JsonObject> {
  const result = await hub.test.call(
    'tool',
    name,
    { arguments: args },
    principal ? { principal, interface: { name: 'http', level: 'trusted' } } : {},
  );
  if (result.kind === 'data') return result.value;
  throw new TypeError(`not data: ${result.kind}`);
}

const runOf = ({ _meta: meta }: JsonObject): string => textOf(meta, 'signalbox/run');

async function person(login: string, roles: string[], org = 'local'): Promise<Principal> {
  const { id } = await hub.api.request(addPerson, { query: { org }, body: { login, roles } });
  const found = await hub.test.hub.services
    .get(directory)
    .principalOf({ kind: 'user', id, org }, { credential: { kind: 'session', id: `session of ${login}` } });
  if (found) return found;
  throw new TypeError('nobody is there');
}

const shown = (): readonly string[] =>
  hub.test.hub.services
    .get(catalogReader)
    .items('tool')
    .filter(({ source }) => source.startsWith('pipelines'))
    .map(({ name }) => name);

describe('a published pipeline', () => {
  test('is one tool with the params of the pipeline as its arguments, and gives what the run gives', async () => {
    const { id } = await publish({
      name: 'greet',
      description: 'Greets a place',
      annotations: { readOnlyHint: true },
    });
    const { tools } = await hub.mcp.listTools();
    expect(tools.find(({ name }) => name === 'greet')).toEqual({
      name: 'greet',
      title: 'publishes greet',
      description: 'Greets a place',
      inputSchema: {
        type: 'object',
        properties: { place: { type: 'string' }, greeting: { type: 'string', default: 'hello' } },
        required: ['place'],
        additionalProperties: false,
      },
      annotations: {
        title: 'publishes greet',
        readOnlyHint: true,
        destructiveHint: true,
        idempotentHint: false,
        openWorldHint: true,
      },
      execution: { taskSupport: 'optional' },
    });
    const answer = await hub.mcp.callTool({ name: 'greet', arguments: { place: 'moon' } });
    expect(answer).toMatchObject({
      content: [{ type: 'text', text: '{"seen":"hello moon"}' }],
      structuredContent: { seen: 'hello moon' },
    });
    expect(await hub.use('get_run', { run: runOf(answer as JsonObject) })).toMatchObject({
      task_id: id,
      trigger: 'tool',
      status: 'succeeded',
      params: { greeting: 'hello', place: 'moon' },
      run_as: { kind: 'user', id: 'owner' },
    });
  });

  test('has its arguments checked before anything is run', async () => {
    await expect(call('greet', { greeting: 'hi' })).rejects.toMatchObject({ code: 'invalid_params' });
    await expect(call('greet', { place: 'moon', more: 1 })).rejects.toMatchObject({ code: 'invalid_params' });
    expect(await call('greet', { place: 'moon', greeting: null })).toMatchObject({
      structuredContent: { seen: 'hello moon' },
    });
  });

  test('without a schema takes the params it has, and no others', async () => {
    const pipeline = [{ id: 'only', uses: 'look', with: { at: '${params.place}' } }];
    await publish({ name: 'glance' }, { payload: { params: { place: 'door' }, pipeline } });
    expect(await call('glance')).toMatchObject({ structuredContent: { seen: 'door' } });
    expect(await call('glance', { place: 'lawn' })).toMatchObject({ structuredContent: { seen: 'lawn' } });
    await expect(call('glance', { other: 1 })).rejects.toMatchObject({ code: 'invalid_params' });
  });

  test('that fails says at which step, why, and in which run', async () => {
    await publish(
      { name: 'break' },
      { payload: { pipeline: [{ id: 'risky', uses: 'fragile', max_retries: 0 }] } },
    );
    hub.probe.isBroken = true;
    const answer = await call('break');
    hub.probe.isBroken = false;
    expect(answer).toMatchObject({ isError: true });
    const text = JSON.stringify(answer['content']);
    expect(text).toContain(runOf(answer));
    expect(text).toMatch(/failed at the step \\"risky\\".*this is not the time/);
  });

  test('is told of as its steps end', async () => {
    const told: unknown[] = [];
    await hub.mcp.callTool(
      { name: 'greet', arguments: { place: 'sea' } },
      { onprogress: (progress) => void told.push(progress) },
    );
    expect(told.at(-1)).toEqual({ progress: 2, message: 'step "then" is done' });
  });

  test('that is paused is there and refuses with the reason, and is gone when it is canceled', async () => {
    const { id } = await publish({ name: 'sleepy' });
    await hub.use('pause_task', { task: id, reason: 'it is night' });
    expect(shown()).toContain('sleepy');
    expect(await call('sleepy', { place: 'bed' })).toMatchObject({
      isError: true,
      content: [{ text: '"sleepy" cannot be run, for its task is paused: it is night' }],
    });
    await hub.use('resume_task', { task: id });
    expect(await call('sleepy', { place: 'bed' })).toMatchObject({
      structuredContent: { seen: 'hello bed' },
    });
    await hub.use('cancel_task', { task: id });
    expect(shown()).not.toContain('sleepy');
    await expect(call('sleepy', { place: 'bed' })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('is renamed and taken back by changes of its task, and clients are told', async () => {
    const { id } = await publish({ name: 'before' });
    const heard = Promise.withResolvers<void>();
    hub.mcp.setNotificationHandler('notifications/tools/list_changed', () => heard.resolve());
    await hub.use('update_task', { task: id, changes: { publish_as: { name: 'after' } } });
    expect(shown()).toEqual(expect.arrayContaining(['after']));
    expect(shown()).not.toContain('before');
    await heard.promise;
    await hub.use('update_task', { task: id, changes: { remove: ['publish_as'] } });
    expect(shown()).not.toContain('after');
  });

  test('does not wait for its other runs, and is run by hand as well', async () => {
    const { id } = await publish(
      { name: 'patient' },
      { payload: { pipeline: [{ id: 'ok', approve: { message: 'Go on?' } }], params: {} } },
    );
    const first = await hub.use('run_task_now', { task: id });
    const second = call('patient');
    const waiting = await waitFor('list_approvals', ({ items }) =>
      (items as JsonObject[]).filter(({ run }) => run !== first['run']),
    );
    await hub.use('answer_approval', { run: textOf(waiting, 'run'), approved: true });
    expect(await second).not.toHaveProperty('isError');
    await hub.use('answer_approval', { run: textOf(first, 'run'), approved: true });
  });
});

/** Looks until something is there, and gives the first of it. */
async function waitFor(
  tool: string,
  find: (found: JsonObject) => readonly JsonObject[],
): Promise<JsonObject> {
  for (;;) {
    const [first] = find(await hub.use(tool));
    if (first) return first;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

describe('a name', () => {
  test.each([
    ['of another published task', 'greet', /the task "publishes greet" \([0-9a-f-]{36}\) is published by it/],
    ['of a tool of the hub', 'create_task', /it is the tool "create_task" of "scheduler"/],
    ['of a tool of an extension', 'look', /it is the tool "look" of "probe"/],
  ])('%s is refused, and told whose it is', async (_whose, name, message) => {
    await expect(publish({ name })).rejects.toMatchObject({ code: 'conflict', message });
  });

  test.each(['a b', 'a__b', '', 'x'.repeat(65), 'ä'])('%j is none', async (name) => {
    await expect(publish({ name })).rejects.toMatchObject({ code: 'invalid_params' });
  });

  test('comes again when its task is canceled', async () => {
    const { id } = await publish({ name: 'again' });
    await hub.use('cancel_task', { task: id });
    await publish({ name: 'again' });
    expect(shown()).toContain('again');
  });
});

test.each<[string, JsonObject, JsonObject]>([
  ['arguments that are no object', {}, { payload: { ...greeting, params_schema: { type: 'array' } } }],
  ['an output that is no object', { output_schema: { type: 'string' } }, {}],
  ['a schema clients cannot read', { output_schema: { type: 'object', required: 'all' } }, {}],
  [
    'properties that are no schemas',
    {},
    { payload: { ...greeting, params_schema: { properties: { a: true } } } },
  ],
  [
    'a schema that cannot be checked',
    { output_schema: { type: 'object', properties: { a: { pattern: 'x' } } } },
    {},
  ],
])('a task is not published with %s', async (_what, publish_as, more) => {
  await expect(publish({ name: 'odd', ...publish_as }, more)).rejects.toMatchObject({
    code: 'invalid_params',
  });
});

test('nobody says of a pipeline that it only reads when it may do more', async () => {
  const annotations = { readOnlyHint: true };
  const steps = [
    { uses: 'publish_event', with: { topic: 'a' } },
    { uses: '${params.tool}' },
    { call: 'another' },
  ];
  for (const step of steps) {
    const payload = { params: { tool: 'look' }, pipeline: [{ id: 'does', ...step }] };
    await expect(publish({ name: 'harmless', annotations }, { payload })).rejects.toMatchObject({
      code: 'invalid_params',
      message: /may do more than read/,
    });
  }
});

describe('the rights of a run', () => {
  test('are those of the caller, who is told what they lack', async () => {
    const dan = await person('dan', ['member']);
    const answer = await call('greet', { place: 'home' }, dan);
    expect(await hub.use('get_run', { run: runOf(answer) })).toMatchObject({
      run_as: { kind: 'user', id: dan.id },
    });
    // A key that may call this tool, and nothing it is made of.
    const narrow = { ...dan, scopes: ['tools:call:pipelines', 'tools:list'] };
    expect(await call('greet', { place: 'home' }, narrow)).toMatchObject({
      isError: true,
      content: [
        { text: expect.stringMatching(/the tool "look" may not be used: the token does not allow this/) },
      ],
    });
  });

  test('are given to no pipeline of somebody else who does not administer the organization', async () => {
    const [eve, dan] = [await person('eve', ['developer']), await person('denis', ['developer'])];
    const tool = { title: 'trap', schedule_kind: 'manual', payload: greeting, publish_as: { name: 'trap' } };
    await hub.use('create_task', tool, { principal: eve });
    expect(await call('trap', { place: 'home' }, eve)).not.toMatchObject({ isError: true });
    for (const principal of [dan, undefined])
      await expect(call('trap', { place: 'home' }, principal)).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining(`was written by user "${eve.id}"`),
      });
  });

  test('are lent by an administrator alone, and never by a run', async () => {
    const dan = await person('dora', ['developer']);
    const lending = {
      title: 'lends',
      schedule_kind: 'manual',
      payload: greeting,
      publish_as: { name: 'lent', run_as: 'owner' },
    };
    const asDan = { principal: dan };
    await expect(hub.use('create_task', lending, asDan)).rejects.toMatchObject({ code: 'forbidden' });
    const ran = await hub.use('run_task_now', {
      task: (await publish({ name: 'runner' })).id,
      params: { place: 'x' },
    });
    await expect(
      hub.use('create_task', lending, { principal: ownerInRun(textOf(ran, 'run')) }),
    ).rejects.toMatchObject({ code: 'forbidden', message: /a run lends no rights/ });
    await hub.use('create_task', lending);
    const narrow = { ...dan, scopes: ['tools:call:pipelines', 'tools:list'] };
    const answer = await call('lent', { place: 'home' }, narrow);
    expect(await hub.use('get_run', { run: runOf(answer) })).toMatchObject({
      run_as: { kind: 'user', id: 'owner' },
      output: { seen: 'hello home' },
    });
  });

  test('are lent no longer than who lends them administers', async () => {
    const admin = await person('alma', ['admin']);
    const lending = { title: 'lends', schedule_kind: 'manual', payload: greeting };
    const publish_as = { name: 'lent_by_alma', run_as: 'owner' };
    await hub.use('create_task', { ...lending, publish_as }, { principal: admin });
    expect(await call('lent_by_alma', { place: 'x' })).toMatchObject({
      structuredContent: { seen: 'hello x' },
    });
    await hub.api.request(changeMember, {
      params: { person: admin.id },
      query: { org: 'local' },
      body: { roles: ['member'] },
    });
    expect(await call('lent_by_alma', { place: 'x' })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/administers the organization no more/) }],
    });
  });

  test('of a pipeline that calls itself through its tool end at the depth of runs', async () => {
    const { id } = await publish({ name: 'echo_back' });
    const pipeline = [{ id: 'again', uses: 'echo_back', with: { place: 'x' } }];
    await hub.use('update_task', { task: id, changes: { payload: { ...greeting, pipeline } } });
    const answer = await call('echo_back', { place: 'x' });
    expect(answer).toMatchObject({ isError: true });
    expect(JSON.stringify(answer['content'])).toContain('only 5 deep');
    const { items } = await hub.use('list_runs', { task: id });
    expect((items as unknown[]).length).toBe(6);
  });
});

describe('a caller', () => {
  async function held(name: string, changes: JsonObject = {}): Promise<void> {
    const pipeline = [{ id: 'ok', approve: { message: `Go on with ${name}?` } }];
    await publish({ name }, { payload: { pipeline }, ...changes });
  }
  const questionOf = (name: string) =>
    waitFor('list_approvals', ({ items }) =>
      (items as JsonObject[]).filter(({ message }) => message === `Go on with ${name}?`),
    );

  test('that cancels the call cancels the run', async () => {
    await held('dropped');
    const controller = new AbortController();
    const calling = hub.test.call('tool', 'dropped', {}, { signal: controller.signal });
    calling.catch(() => undefined);
    const run = textOf(await questionOf('dropped'), 'run');
    controller.abort();
    await expect(calling).rejects.toMatchObject({ code: 'cancelled' });
    await hub.reached(run, 'canceled');
  });

  test('that goes away has canceled nothing', async () => {
    await held('left');
    const controller = new AbortController();
    const calling = hub.test.call('tool', 'left', {}, { signal: controller.signal });
    calling.catch(() => undefined);
    const run = textOf(await questionOf('left'), 'run');
    controller.abort(new SignalboxError('session_not_found', 'the session has ended'));
    await expect(calling).rejects.toMatchObject({ code: 'cancelled' });
    await hub.use('answer_approval', { run: run, approved: true });
    await hub.reached(run, 'succeeded');
  });

  test('whose time is over is told the run, which goes on', async () => {
    await held('long');
    const result = await hub.test.call('tool', 'long', {}, { timeoutMs: 300 });
    const value = result.kind === 'data' ? result.value : {};
    expect(value).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/has not ended within the time of the call; it goes on/) }],
    });
    await hub.use('answer_approval', { run: runOf(value), approved: true });
    await hub.reached(runOf(value), 'succeeded');
  });
});

test('a pipeline of another organization is there for its people alone, under a name of its own', async () => {
  await hub.api.request(addOrganization, { body: { id: 'acme', name: 'Acme' } });
  const ann = await person('ann', ['admin'], 'acme');
  const asAnn = { principal: ann };
  await hub.use(
    'create_task',
    {
      title: 'theirs',
      schedule_kind: 'manual',
      payload: greeting,
      publish_as: { name: 'greet' },
    },
    asAnn,
  );
  expect(shown()).toContain('pipelines-acme__greet');
  const theirs = await hub.test.call('tool', 'pipelines-acme__greet', { arguments: { place: 'x' } }, asAnn);
  expect(theirs).toMatchObject({ value: { structuredContent: { seen: 'hello x' } } });
  await expect(call('pipelines-acme__greet', { place: 'x' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(call('greet', { place: 'x' }, ann)).rejects.toMatchObject({ code: 'not_found' });
  const { tools } = await hub.mcp.listTools();
  expect(tools.some(({ name }) => name.includes('acme'))).toBe(false);
});
