import { type JsonObject, type Principal, SignalboxError } from '@signalbox/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownerInRun, startWayIn, type WayInHub } from '../support/start-way-in.ts';
import { textOf } from '../support/text-of.ts';

let hub: WayInHub;
beforeAll(async () => {
  hub = await startWayIn();
});
afterAll(() => hub[Symbol.asyncDispose]());

const names = [
  'answer_approval',
  'backfill_task',
  'cancel_run',
  'cancel_task',
  'create_task',
  'get_run',
  'get_system_health',
  'get_system_metrics',
  'get_task',
  'list_approvals',
  'list_runs',
  'list_tasks',
  'pause_task',
  'preview_schedule',
  'publish_event',
  'resume_task',
  'retry_run',
  'run_task_now',
  'snooze_task',
  'update_task',
  'validate_pipeline',
];

const yearly = { schedule_kind: 'cron', schedule_expr: '0 0 1 1 *' };
const looking: JsonObject = {
  ...yearly,
  title: 'look around',
  payload: {
    params: { place: 'door' },
    pipeline: [
      { id: 'first', uses: 'look', with: { at: '${params.place}' } },
      { id: 'then', uses: 'look', with: { at: 'behind the ${steps.first.seen}' } },
    ],
  },
};

/** Makes a task and gives its id. */
async function make(task: JsonObject): Promise<string> {
  return textOf(await hub.use('create_task', task), 'id');
}

/** Runs a task and gives the id of the run. */
async function run(task: string, more: JsonObject = {}): Promise<string> {
  return textOf(await hub.use('run_task_now', { task, ...more }), 'run');
}

const member = (id: string, roles: readonly string[]): { principal: Principal } => ({
  principal: { kind: 'user', id, org: 'local', level: 'trusted', roles },
});

describe('over MCP', () => {
  test('every tool is listed with hints and schemas that a client takes', async () => {
    const { tools } = await hub.mcp.listTools();
    const ours = tools.filter(({ name }) => name !== 'look' && name !== 'fragile');
    expect(ours.map(({ name }) => name).toSorted()).toEqual(names);
    const reading = ours.filter(({ annotations }) => annotations?.readOnlyHint === true);
    expect(reading.map(({ name }) => name).toSorted()).toEqual([
      'get_run',
      'get_system_health',
      'get_system_metrics',
      'get_task',
      'list_approvals',
      'list_runs',
      'list_tasks',
      'preview_schedule',
      'validate_pipeline',
    ]);
    for (const { inputSchema, outputSchema } of ours)
      expect([inputSchema.type, outputSchema?.type]).toEqual(['object', 'object']);
    // What an agent is shown costs it room.
    expect(JSON.stringify(ours).length).toBeLessThan(60_000);
  });

  test('an agent makes a task, runs it and reads what its steps gave', async () => {
    const made = await hub.mcp.callTool({ name: 'create_task', arguments: looking });
    expect(made.structuredContent).toMatchObject({
      title: 'look around',
      status: 'active',
      version: 1,
      created_by: { kind: 'user', id: 'owner' },
      next_at: expect.stringMatching(/^\d{4}-01-01T00:00:00.000Z$/),
    });
    const { id } = made.structuredContent as { id: string };
    const ran = await hub.mcp.callTool({ name: 'run_task_now', arguments: { task: id } });
    const { run: runId } = ran.structuredContent as { run: string };
    await hub.reached(runId, 'succeeded');
    const shown = await hub.mcp.callTool({ name: 'get_run', arguments: { run: runId } });
    expect(shown.structuredContent).toMatchObject({
      task_id: id,
      trigger: 'manual',
      output: { seen: 'behind the door' },
      steps: [
        { path: 'first', status: 'done', tool: 'look', output: { seen: 'door' } },
        { path: 'then', status: 'done', output: { seen: 'behind the door' } },
      ],
    });
    const listed = await hub.mcp.callTool({ name: 'list_runs', arguments: { task: id } });
    expect(listed.structuredContent).toMatchObject({ items: [{ id: runId, status: 'succeeded' }] });
    const task = await hub.mcp.callTool({ name: 'get_task', arguments: { task: id } });
    expect(task.structuredContent).toMatchObject({
      task: { id, run_count: 0 },
      occurrences: [{ status: 'fired', trigger: 'manual', run: runId }],
    });
  });
});

describe('tasks', () => {
  test('are changed, paused, resumed, snoozed and canceled', async () => {
    const task = await make(looking);
    expect(await hub.use('update_task', { task, changes: { title: 'other' }, version: 1 })).toMatchObject({
      title: 'other',
      version: 2,
    });
    await expect(
      hub.use('update_task', { task, changes: { title: 'late' }, version: 1 }),
    ).rejects.toMatchObject({ code: 'conflict' });
    expect(await hub.use('pause_task', { task, reason: 'holidays' })).toMatchObject({
      status: 'paused',
      status_reason: 'holidays',
    });
    expect(await hub.use('resume_task', { task })).toMatchObject({ status: 'active' });
    expect(await hub.use('snooze_task', { task, delay_seconds: 3_600 })).toMatchObject({
      next_at: expect.stringMatching(/-01-01T01:00:00.000Z$/),
    });
    await expect(hub.use('snooze_task', { task })).rejects.toMatchObject({ code: 'invalid_params' });
    expect(await hub.use('cancel_task', { task })).toMatchObject({ status: 'canceled' });
    const canceled = await hub.use('list_tasks', { status: ['canceled'] });
    expect(canceled['items']).toMatchObject([{ id: task }]);
    await expect(hub.use('resume_task', { task })).rejects.toMatchObject({ code: 'conflict' });
    await expect(hub.use('get_task', { task: 'none' })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('are made up for, and previewed', async () => {
    const task = await make({
      ...looking,
      schedule_kind: 'interval',
      schedule_expr: '1h',
      dtstart: '2026-01-01T00:00:00Z',
    });
    const range = { from: '2026-01-01T01:00:00Z', to: '2026-01-01T02:30:00+00:00' };
    const filled = await hub.use('backfill_task', { task, ...range });
    expect(filled).toMatchObject({ known: 0, runs: [{ is_new: true }, { is_new: true }] });
    expect(await hub.use('backfill_task', { task, ...range })).toEqual({ known: 2, runs: [] });
    const schedule = {
      schedule_kind: 'cron',
      schedule_expr: '30 8 * * mon-fri',
      timezone: 'Europe/Chisinau',
    };
    const { items } = await hub.use('preview_schedule', { schedule, count: 2 });
    expect(items).toMatchObject([{ local: expect.stringContaining('T08:30') }, { notes: [] }]);
    for (const args of [{}, { task, schedule }])
      await expect(hub.use('preview_schedule', args)).rejects.toMatchObject({ code: 'invalid_params' });
  });

  test('hear of events', async () => {
    const task = await make({
      title: 'read mail',
      schedule_kind: 'event',
      schedule_expr: 'email.*',
      payload: { pipeline: [{ id: 'see', uses: 'look', with: { at: '${event.payload.from}' } }] },
    });
    const told = { topic: 'email.received', payload: { from: 'ana' }, id: 'mail-1' };
    const published = await hub.use('publish_event', told);
    expect(published).toMatchObject({ is_new: true, runs: [{ is_new: true }] });
    expect(await hub.use('publish_event', told)).toMatchObject({ is_new: false });
    const { items } = await hub.use('list_runs', { task });
    const id = textOf(Array.isArray(items) ? items[0] : undefined, 'id');
    expect(await hub.reached(id, 'succeeded')).toMatchObject({ trigger: 'event', output: { seen: 'ana' } });
  });

  test('are for those who may: others see nothing change', async () => {
    const task = await make(looking);
    const viewer = member('vera', ['viewer', 'member']);
    await expect(hub.use('create_task', looking, viewer)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(hub.use('pause_task', { task }, member('dan', ['developer']))).rejects.toMatchObject({
      code: 'forbidden',
    });
    const elsewhere = { ...member('eva', ['owner']).principal, org: 'other' };
    await expect(hub.use('get_task', { task }, { principal: elsewhere })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await hub.use('get_task', { task }, viewer)).toMatchObject({ task: { status: 'active' } });
  });
});

describe('pipelines', () => {
  test('are judged by their form and by the tools there are', async () => {
    const good = { pipeline: looking['payload'] ?? {} };
    expect(await hub.use('validate_pipeline', good)).toMatchObject({
      valid: true,
      problems: [],
      tools: ['look'],
      graph: expect.stringMatching(/^flowchart TD/),
    });
    const wrong = {
      pipeline: [
        { id: 'a', uses: 'lok', with: {} },
        { id: 'b', uses: 'look', with: { where: 'door' } },
        { id: 'c', uses: 'look', with: { at: 7 } },
      ],
    };
    expect(await hub.use('validate_pipeline', { pipeline: wrong })).toMatchObject({
      valid: false,
      problems: [
        { path: 'steps.0', message: 'there is no tool "lok" for you' },
        { path: 'steps.1.with.at', message: 'look: "at" is missing' },
        { path: 'steps.1.with.where', message: 'look: "where" is not known' },
        { path: 'steps.2.with.at', message: 'look: "at" is to be of type string, not number' },
      ],
    });
    const broken = { pipeline: [{ id: 'a', uses: 'look', with: { at: '${steps.later.x}' } }] };
    const { valid, problems } = await hub.use('validate_pipeline', { pipeline: broken });
    expect({ valid, problems }).toMatchObject({
      valid: false,
      problems: [{ message: expect.stringContaining('later') }],
    });
  });
});

describe('runs', () => {
  test('go on at the step that failed', async () => {
    const task = await make({
      ...yearly,
      title: 'fragile',
      payload: {
        pipeline: [
          { id: 'a', uses: 'look', with: { at: 'x' } },
          { id: 'b', uses: 'fragile', max_retries: 0 },
        ],
      },
    });
    hub.probe.isBroken = true;
    const id = await run(task);
    expect(await hub.reached(id, 'failed')).toMatchObject({
      error: { step: 'b', message: expect.stringContaining('this is not the time') },
    });
    hub.probe.isBroken = false;
    await hub.use('retry_run', { run: id });
    await hub.reached(id, 'succeeded');
    await expect(hub.use('retry_run', { run: id })).rejects.toMatchObject({ code: 'conflict' });
    await expect(hub.use('cancel_run', { run: id })).rejects.toMatchObject({ code: 'conflict' });
    await expect(hub.use('retry_run', { run: 'none' })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('are ended by who may change their task', async () => {
    const id = await run(
      await make({ ...yearly, title: 'sleep', payload: { pipeline: [{ id: 'nap', sleep: '1h' }] } }),
    );
    await hub.reached(id, 'waiting');
    await expect(hub.use('cancel_run', { run: id }, member('dan', ['developer']))).rejects.toMatchObject({
      code: 'forbidden',
    });
    await hub.use('cancel_run', { run: id, reason: 'too long' });
    await hub.reached(id, 'canceled');
  });

  test('ask, and are answered by those who are asked and never by a run', async () => {
    const approve = { message: 'Send it?', assignees: ['ana', 'role:auditor'] };
    const id = await run(
      await make({ ...yearly, title: 'ask ana', payload: { pipeline: [{ id: 'ok', approve }] } }),
    );
    await hub.reached(id, 'waiting');
    const { items } = await hub.use('list_approvals', {}, member('ana', ['member']));
    expect(items).toMatchObject([
      {
        kind: 'question',
        title: 'ask ana',
        run: id,
        path: 'ok',
        message: 'Send it?',
        assignees: ['ana', 'role:auditor'],
      },
    ]);
    // Who may not answer it does not see it there.
    expect(await hub.use('list_approvals')).toEqual({ items: [] });
    const answer = { run: id, approved: true };
    for (const who of [
      { principal: ownerInRun(id) },
      member('dan', ['developer']),
      {
        principal: {
          ...member('bot', ['member']).principal,
          onBehalfOf: member('ana', ['member']).principal,
        },
      },
      {},
    ])
      await expect(hub.use('answer_approval', answer, who)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(hub.use('answer_approval', { ...answer, path: 'no' })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await hub.use('answer_approval', answer, member('ana', ['member']))).toEqual({
      run: id,
      path: 'ok',
      approved: true,
    });
    await hub.reached(id, 'succeeded');
    await expect(hub.use('answer_approval', answer)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('that ask nobody by name are answered by who may change their task', async () => {
    const id = await run(
      await make({
        ...yearly,
        title: 'ask',
        payload: { pipeline: [{ id: 'ok', approve: { message: 'Well?' } }] },
      }),
    );
    await hub.reached(id, 'waiting');
    const no = { run: id, approved: false };
    await expect(hub.use('answer_approval', no, member('dan', ['developer']))).rejects.toMatchObject({
      code: 'forbidden',
    });
    await hub.use('answer_approval', no);
    expect(await hub.reached(id, 'failed')).toMatchObject({ error: { kind: 'denied', step: 'ok' } });
  });
});

test('health and figures are told', async () => {
  expect(await hub.use('get_system_health')).toMatchObject({
    status: 'ok',
    parts: expect.arrayContaining([{ name: 'scheduler/due', status: 'ok' }]),
  });
  const figures = await hub.use('get_system_metrics', { hours: 1 });
  expect(figures).toMatchObject({
    is_idle: false,
    questions: 0,
    tasks: { canceled: 1 },
    runs: { failed: 1 },
  });
  expect(figures['failed_share']).toBeGreaterThan(0);
  await expect(
    hub.use('get_system_health', {}, { principal: { ...member('nobody', []).principal } }),
  ).rejects.toBeInstanceOf(SignalboxError);
});
