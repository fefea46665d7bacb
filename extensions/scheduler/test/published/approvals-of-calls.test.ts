import { addPerson, addRule, answerAwaited, listAwaited } from '@signalbox/api';
import {
  type CallChannels,
  directory,
  type JsonObject,
  type Principal,
  type TaskToResume,
} from '@signalbox/sdk';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ownerInRun, startWayIn, type WayInHub } from '../support/start-way-in.ts';
import { textOf } from '../support/text-of.ts';

let hub: WayInHub;
let bob: Principal;
let carl: Principal;
let dora: Principal;
let eve: Principal;
beforeAll(async () => {
  hub = await startWayIn();
  await hub.api.request(addRule, {
    query: {},
    body: { id: 'four-eyes', effect: 'approve', what: { targets: ['fragile'] } },
  });
  bob = await person('bob', ['operator']);
  carl = await person('carl', ['operator']);
  dora = await person('dora', ['admin']);
  eve = await person('eve', ['member']);
});
afterAll(() => hub[Symbol.asyncDispose]());

async function person(login: string, roles: string[]): Promise<Principal> {
  const { id } = await hub.api.request(addPerson, { query: {}, body: { login, roles } });
  const found = await hub.test.hub.services
    .get(directory)
    .principalOf(
      { kind: 'user', id, org: 'local' },
      { credential: { kind: 'session', id: `session of ${login}` } },
    );
  if (found) return found;
  throw new TypeError('nobody is there');
}

const as = (principal: Principal) => ({ principal, interface: { name: 'http', level: 'trusted' } }) as const;

/** A task of the owner whose only step needs an approval. */
async function make(title: string, more: JsonObject = {}): Promise<string> {
  const pipeline = [{ id: 'risky', uses: 'fragile', max_retries: 0 }];
  const made = await hub.use('create_task', {
    title,
    schedule_kind: 'manual',
    payload: { pipeline },
    ...more,
  });
  return textOf(made, 'id');
}

/** Runs a task; gives the run and its approval once it waits. */
async function waitingRun(task: string): Promise<{ run: string; approval: string }> {
  const run = textOf(await hub.use('run_task_now', { task }), 'run');
  const { approvals } = await hub.reached(run, 'waiting');
  const [first] = approvals as JsonObject[];
  return { run, approval: textOf(first, 'approval') };
}

/** The channels of a client that takes tasks and forms, and what it was asked and told. */
function client(approve: boolean | undefined) {
  const asked: JsonObject[] = [];
  const said: string[] = [];
  const tasks: TaskToResume[] = [];
  const channels: CallChannels = {
    capabilities: { elicitation: {} },
    task: (task) => void tasks.push(task),
    status: (message) => void said.push(message),
    ask: async ({ params }) => {
      asked.push(params);
      if (approve === undefined) return new Promise(() => undefined);
      return { action: 'accept', content: { approve } };
    },
  };
  return { asked, said, tasks, channels };
}

describe('a call of a run that a rule wants approved', () => {
  test('stands in one list with questions, for who may answer it alone, and is answered there once', async () => {
    const { run, approval } = await waitingRun(await make('by the list'));
    expect(await hub.use('list_approvals', {}, as(bob))).toEqual({
      items: [
        {
          kind: 'call',
          approval,
          requester: { kind: 'user', id: 'owner' },
          target: 'fragile',
          arguments: '{}',
          rules: ['four-eyes'],
          asked_at: expect.any(String),
          expires_at: expect.any(String),
        },
      ],
    });
    // Whose call it is, who may answer no calls, and a run of who may.
    for (const who of [{}, as(eve), { principal: ownerInRun(run) }])
      expect(await hub.use('list_approvals', {}, who)).toEqual({ items: [] });
    const answer = { approval, approved: true };
    for (const who of [{}, as(eve), as({ ...bob, credential: { kind: 'task', id: run } })])
      await expect(hub.use('answer_approval', answer, who)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(
      hub.use('answer_approval', answer, as({ ...bob, scopes: ['tools:call'] })),
    ).rejects.toMatchObject({ code: 'insufficient_scope' });
    for (const both of [{ ...answer, run }, { approved: true }])
      await expect(hub.use('answer_approval', both, as(bob))).rejects.toMatchObject({
        code: 'invalid_params',
      });
    expect(await hub.use('answer_approval', answer, as(bob))).toEqual(answer);
    await hub.reached(run, 'succeeded');
    await expect(hub.use('answer_approval', answer, as(bob))).rejects.toMatchObject({ code: 'conflict' });
  });

  test('is listed and answered over the API as over MCP, and not for its own caller', async () => {
    const { run, approval } = await waitingRun(await make('over the api'));
    expect(await hub.api.request(listAwaited, { query: {} })).toEqual({ items: [] });
    await expect(
      hub.api.request(answerAwaited, { body: { approval, approved: true } }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    await hub.use('answer_approval', { approval, approved: false, reason: 'not today' }, as(bob));
    expect(await hub.reached(run, 'failed')).toMatchObject({
      error: { kind: 'denied', message: 'this call was refused: not today', step: 'risky' },
    });
  });

  test('is told to who called for the run, who may answer others, with whose word it waits for', async () => {
    await make('publishes it', { publish_as: { name: 'risky_thing' } });
    const { asked, said, channels } = client(true);
    const calling = hub.test.call('tool', 'risky_thing', {}, { ...as(bob), channels });
    const waiting = await untilListed();
    await expect
      .poll(() => said)
      .toEqual([
        expect.stringMatching(/^step "risky" waits until somebody who may answer approvals has approved/),
      ]);
    expect(said[0]).toContain(waiting);
    expect(asked).toEqual([]);
    await hub.use('answer_approval', { approval: waiting, approved: true });
    const result = await calling;
    expect(result.kind === 'data' && result.value).not.toHaveProperty('isError');
  });
});

describe('who has a run made with the rights of somebody else does not approve its calls', () => {
  const schedule = { schedule_kind: 'event', schedule_expr: 'order.placed' } as const;

  test.each<[string, JsonObject, (task: string) => Promise<unknown>]>([
    ['by running its task', {}, async (task) => hub.use('run_task_now', { task }, as(bob))],
    ['by an event', schedule, async () => hub.use('publish_event', { topic: 'order.placed' }, as(bob))],
    [
      'by calling it as a tool',
      { publish_as: { name: 'risky_for_all', run_as: 'owner' } },
      async () => void hub.test.call('tool', 'risky_for_all', {}, as(bob)).catch(() => undefined),
    ],
    [
      'by an event that others follow',
      { schedule_kind: 'event', schedule_expr: 'order.changed', debounce_seconds: 1 },
      async () => hub.use('publish_event', { topic: 'order.changed' }, as(bob)),
    ],
    [
      'by a task that calls it',
      {},
      async (task) => {
        const payload = { pipeline: [{ id: 'inner', call: task }] };
        const outer = await hub.use('create_task', {
          title: `around ${task}`,
          schedule_kind: 'manual',
          payload,
        });
        await hub.use('run_task_now', { task: textOf(outer, 'id') }, as(bob));
      },
    ],
  ])('%s', async (how, more, order) => {
    await order(await make(how, more));
    const approval = await untilListed(carl);
    const listed = await hub.use('list_approvals', {}, as(carl));
    expect(listed['items']).toMatchObject([
      { requester: { kind: 'user', id: 'owner' }, on_behalf_of: [{ kind: 'user', id: bob.id }] },
    ]);
    expect(await hub.use('list_approvals', {}, as(bob))).toEqual({ items: [] });
    const answer = { approval, approved: true };
    for (const who of [{}, as(bob)])
      await expect(hub.use('answer_approval', answer, who)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await hub.use('answer_approval', answer, as(carl))).toEqual(answer);
  });
});

describe('who has a run of somebody else go on does not approve its calls', () => {
  const risky = { id: 'risky', uses: 'fragile', max_retries: 0 };

  test.each<[string, JsonObject, (run: string) => Promise<unknown>]>([
    [
      'by telling the event a step of it waits for',
      { id: 'paid', wait: { event: 'order.paid' } },
      async () => hub.use('publish_event', { topic: 'order.paid' }, as(dora)),
    ],
    [
      'by answering with what is done',
      { id: 'ask', approve: { message: 'How many?', assignees: ['dora'] } },
      async (run) => hub.use('answer_approval', { run, approved: true, answer: { count: 7 } }, as(dora)),
    ],
    [
      'by trying it again',
      { id: 'look', uses: 'look', with: { at: 'a' } },
      async (run) => {
        const approval = await untilListed(carl);
        await hub.use('answer_approval', { approval, approved: false }, as(carl));
        await hub.reached(run, 'failed');
        await hub.use('retry_run', { run }, as(dora));
      },
    ],
  ])('%s', async (how, first, goOn) => {
    const payload = { pipeline: [first, risky] };
    const run = textOf(await hub.use('run_task_now', { task: await make(how, { payload }) }), 'run');
    await hub.reached(run, 'waiting');
    await goOn(run);
    const approval = await untilListed(carl);
    expect(await hub.use('list_approvals', {}, as(carl))).toMatchObject({
      items: [{ requester: { kind: 'user', id: 'owner' }, on_behalf_of: [{ kind: 'user', id: dora.id }] }],
    });
    expect(await hub.use('list_approvals', {}, as(dora))).toEqual({ items: [] });
    const answer = { approval, approved: true };
    for (const who of [{}, as(dora)])
      await expect(hub.use('answer_approval', answer, who)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await hub.use('answer_approval', answer, as(carl))).toEqual(answer);
    await hub.reached(run, 'succeeded');
  });

  test('but who only says yes to a step that asks is another pair of eyes', async () => {
    const ask = { id: 'ask', approve: { message: 'Really?', assignees: ['dora'] } };
    const task = await make('asks first', { payload: { pipeline: [ask, risky] } });
    const run = textOf(await hub.use('run_task_now', { task }), 'run');
    await hub.reached(run, 'waiting');
    await hub.use('answer_approval', { run, approved: true }, as(dora));
    const answer = { approval: await untilListed(dora), approved: true };
    expect(await hub.use('answer_approval', answer, as(dora))).toEqual(answer);
    await hub.reached(run, 'succeeded');
  });
});

/** The approval of somebody's call, which this person may answer. */
async function untilListed(who?: Principal): Promise<string> {
  return vi.waitFor(
    async () => {
      const { items } = await hub.use('list_approvals', {}, who ? as(who) : {});
      const [first] = items as JsonObject[];
      return textOf(first, 'approval');
    },
    { timeout: 20_000, interval: 50 },
  );
}
