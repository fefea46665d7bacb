import {
  answerRun,
  backfillTask,
  cancelRun,
  cancelTask,
  changeTask,
  createTask,
  followRun,
  getRun,
  getTask,
  listEvents,
  listOccurrences,
  listRunQuestions,
  listRuns,
  listTasks,
  listTaskVersions,
  pauseTask,
  previewSchedule,
  previewTask,
  publishEvent,
  type RunFollowItem,
  resumeTask,
  retryRun,
  runTaskNow,
  snoozeTask,
  updateTask,
} from '@signalbox/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWayIn, type WayInHub } from '../support/start-way-in.ts';

let hub: WayInHub;
beforeAll(async () => {
  hub = await startWayIn();
});
afterAll(() => hub[Symbol.asyncDispose]());

const looking = {
  title: 'look around',
  schedule_kind: 'interval' as const,
  schedule_expr: '1h',
  dtstart: '2026-01-01T00:00:00Z',
  payload: {
    params: { place: 'door' },
    pipeline: [{ id: 'see', uses: 'look', with: { at: '${params.place}' } }],
  },
};

async function make(changes: object = {}): Promise<string> {
  return (await hub.api.request(createTask, { body: { ...looking, ...changes } })).id;
}

/** Runs a task and gives the id of the run. */
async function run(
  task: string,
  body: { params?: { place: string }; dry_run?: boolean } = {},
): Promise<string> {
  const { run: id } = await hub.api.request(runTaskNow, { params: { task }, body });
  return id ?? '';
}

test('a task is made, listed, changed and shown with what it was', async () => {
  const task = await make({ description: 'twice a day' });
  const params = { task };
  expect(await hub.api.request(getTask, { params })).toMatchObject({
    ...looking,
    id: task,
    description: 'twice a day',
    priority: 5,
    overlap: 'skip',
  });
  const query = { version: 1 };
  await hub.api.request(changeTask, { params, query, body: { priority: 2 } });
  await expect(hub.api.request(changeTask, { params, query, body: { priority: 3 } })).rejects.toMatchObject({
    code: 'conflict',
  });
  await hub.api.request(updateTask, { params, query: {}, body: { title: 'look', remove: ['dtstart'] } });
  const { items } = await hub.api.request(listTaskVersions, { params, query: {} });
  expect(items.map(({ version, definition: { title, priority } }) => [version, title, priority])).toEqual([
    [3, 'look', 2],
    [2, 'look around', 2],
    [1, 'look around', 5],
  ]);
  const other = await make();
  const first = await hub.api.request(listTasks, { query: { limit: 1, status: 'active' } });
  expect(first).toMatchObject({ items: [{ id: other }], nextCursor: other });
  const second = await hub.api.request(listTasks, { query: { limit: 1, before: other } });
  expect(second.items.map(({ id }) => id)).toEqual([task]);
});

test('a task is paused, resumed, snoozed, looked ahead for, made up for and canceled', async () => {
  const params = { task: await make() };
  const paused = await hub.api.request(pauseTask, { params, body: { reason: 'quiet' } });
  expect(paused).toMatchObject({ status: 'paused', status_reason: 'quiet' });
  expect(await hub.api.request(resumeTask, { params, body: {} })).toMatchObject({ status: 'active' });
  const [before] = (await hub.api.request(previewTask, { params, query: { count: 1 } })).items;
  const snoozed = await hub.api.request(snoozeTask, { params, body: { delay_seconds: 60 } });
  expect(Date.parse(snoozed.next_at ?? '') - Date.parse(before?.fire_at ?? '')).toBe(60_000);
  const range = { from: '2026-01-01T01:00:00Z', to: '2026-01-01T03:00:00Z' };
  expect(await hub.api.request(backfillTask, { params, body: range })).toMatchObject({
    known: 0,
    runs: [{}, {}],
  });
  const { items } = await hub.api.request(listOccurrences, { params, query: { status: 'fired' } });
  expect(items.map(({ trigger, nominal_at }) => [trigger, nominal_at])).toEqual([
    ['backfill', '2026-01-01T02:00:00.000Z'],
    ['backfill', '2026-01-01T01:00:00.000Z'],
  ]);
  expect(await hub.api.request(cancelTask, { params, body: {} })).toMatchObject({ status: 'canceled' });
  await expect(hub.api.request(resumeTask, { params, body: {} })).rejects.toMatchObject({ code: 'conflict' });
  const schedule = { schedule_kind: 'cron', schedule_expr: '61 * * * *' } as const;
  await expect(hub.api.request(previewSchedule, { query: {}, body: schedule })).rejects.toMatchObject({
    code: 'invalid_params',
  });
});

test('a run is followed from its first step to its end', async () => {
  const id = await run(await make(), { params: { place: 'window' } });
  const lines: RunFollowItem[] = [];
  for await (const line of hub.api.stream(followRun, { params: { run: id } })) lines.push(line);
  expect(lines).toContainEqual({
    type: 'step',
    step: expect.objectContaining({ path: 'see', status: 'done', output: { seen: 'window' } }),
  });
  expect(lines.at(-1)).toMatchObject({ type: 'run', run: { id, status: 'succeeded' } });
  // One that has ended is told at once.
  const again = hub.api.stream(followRun, { params: { run: id } });
  expect((await again.next()).value).toMatchObject({ type: 'step' });
  await expect(hub.api.stream(followRun, { params: { run: 'none' } }).next()).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('a run that asks is followed, answered and seen to its end', async () => {
  const task = await make({
    payload: { pipeline: [{ id: 'ok', approve: { message: 'Go on?' } }] },
  });
  const id = await run(task);
  const following = hub.api.stream(followRun, { params: { run: id } });
  let shown: RunFollowItem | undefined;
  for (let isAsking = false; !isAsking; ) {
    const next = await following.next();
    if (next.done) break;
    shown = next.value;
    // It asks, and is laid aside right after.
    isAsking = shown.type === 'run' && shown.run.status === 'waiting' && shown.run.questions.length > 0;
  }
  expect(shown).toMatchObject({ run: { status: 'waiting', questions: [{ path: 'ok', message: 'Go on?' }] } });
  expect((await hub.api.request(listRunQuestions, { query: {} })).items).toMatchObject([{ run: id }]);
  const answered = await hub.api.request(answerRun, { params: { run: id }, body: { approved: true } });
  expect(answered).toEqual({ run: id, path: 'ok', approved: true });
  let last: RunFollowItem | undefined;
  for await (const line of following) last = line;
  expect(last).toMatchObject({ type: 'run', run: { status: 'succeeded' } });
});

test('runs are listed, ended and retried, and refuse what does not fit how they are', async () => {
  const task = await make({ payload: { pipeline: [{ id: 'nap', sleep: '1h' }] } });
  const id = await run(task);
  await hub.reached(id, 'waiting');
  const params = { run: id };
  await expect(hub.api.request(retryRun, { params, body: {} })).rejects.toMatchObject({ code: 'conflict' });
  await hub.api.request(cancelRun, { params, body: { reason: 'enough' } });
  await hub.reached(id, 'canceled');
  const { items } = await hub.api.request(listRuns, { query: { task_id: task, status: 'canceled' } });
  expect(items).toMatchObject([{ id, task_id: task, trigger: 'manual' }]);
  await expect(hub.api.request(cancelRun, { params, body: {} })).rejects.toMatchObject({ code: 'conflict' });
  await expect(hub.api.request(getRun, { params: { run: 'none' } })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(hub.api.request(answerRun, { params, body: { approved: true } })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('events are told once and listed by topic', async () => {
  const task = await make({ schedule_kind: 'event', schedule_expr: 'build.*', dtstart: undefined });
  const event = { topic: 'build.done', payload: { ok: true }, id: 'b-1', source: 'ci' };
  const told = await hub.api.request(publishEvent, { body: event });
  expect(told).toMatchObject({ is_new: true, event_id: 'b-1', runs: [{ is_new: true }] });
  expect(await hub.api.request(publishEvent, { body: event })).toMatchObject({ is_new: false });
  await hub.api.request(publishEvent, { body: { topic: 'other' } });
  const { items } = await hub.api.request(listEvents, { query: { topic: 'build.*' } });
  expect(items).toMatchObject(
    [{ ...event, id: told.id, payload: { ok: true } }].map(({ id, topic }) => ({ id, topic })),
  );
  const { items: runs } = await hub.api.request(listRuns, { query: { task_id: task } });
  expect(runs).toMatchObject([{ trigger: 'event' }]);
});

test('a task that does not fit is refused with the path to what is wrong', async () => {
  await expect(make({ schedule_expr: 'now and then' })).rejects.toMatchObject({ code: 'invalid_params' });
  await expect(make({ priority: 11 })).rejects.toThrow('priority');
  await expect(make({ payload: { pipeline: [{ id: 'a', uses: 'absent' }] } })).rejects.toThrow('absent');
});
