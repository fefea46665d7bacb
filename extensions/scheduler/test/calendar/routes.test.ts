import { createTask, getCalendar, listCalendars, removeCalendar, setCalendar } from '@signalbox/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWayIn, type WayInHub } from '../support/start-way-in.ts';

let hub: WayInHub;
beforeAll(async () => {
  hub = await startWayIn();
});
afterAll(() => hub[Symbol.asyncDispose]());

const put = (name: string, body: { dates: string[]; description?: string; dry_run?: boolean }) =>
  hub.api.request(setCalendar, { params: { name }, body });

/** In a year's time, whenever this is run. */
const year = new Date().getUTCFullYear() + 1;

async function make(): Promise<string> {
  const body = {
    title: 'look around',
    schedule_kind: 'cron' as const,
    schedule_expr: '30 8 2 1 *',
    starts_at: `${year}-01-01T00:00`,
    exclude: [{ calendar: 'md' }],
    payload: { pipeline: [{ id: 'see', uses: 'look', with: { at: 'door' } }] },
  };
  return (await hub.api.request(createTask, { body })).id;
}

test('a calendar is made, listed, shown, changed and removed', async () => {
  const made = await put('md', { dates: [`${year}-05-01`, `${year}-01-01`], description: 'holidays' });
  expect(made).toMatchObject({ dry_run: false, moved: 0, moves: [], calendar: { name: 'md', tasks: 0 } });
  const task = await make();
  const dates = [`${year}-01-01`, `${year}-01-02`];
  const moves = [
    {
      task,
      title: 'look around',
      from_at: `${year}-01-02T08:30:00.000Z`,
      to_at: `${year + 1}-01-02T08:30:00.000Z`,
    },
  ];
  const tried = await put('md', { dates, dry_run: true });
  expect(tried).toMatchObject({ dry_run: true, moved: 1, moves, calendar: { dates, tasks: 1 } });
  const { items } = await hub.api.request(listCalendars, { query: {} });
  expect(items).toMatchObject([
    { name: 'md', description: 'holidays', count: 2, first: `${year}-01-01`, last: `${year}-05-01` },
  ]);
  expect(await put('md', { dates })).toMatchObject({ dry_run: false, moved: 1, moves });
  const params = { name: 'md' };
  expect(await hub.api.request(getCalendar, { params })).toMatchObject({
    dates,
    description: 'holidays',
    tasks: 1,
    changed_by: { kind: 'user', id: 'owner' },
  });
  await expect(hub.api.request(removeCalendar, { params })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(task) as unknown,
  });
  await hub.use('cancel_task', { task });
  expect(await hub.api.request(removeCalendar, { params })).toEqual(params);
  await expect(hub.api.request(getCalendar, { params })).rejects.toMatchObject({ code: 'not_found' });
});

test('an agent sees the next times of a schedule without the days of a calendar', async () => {
  await put('may', { dates: [`${year}-05-01`, `${year}-05-02`] });
  const schedule = {
    schedule_kind: 'cron',
    schedule_expr: '30 8 * 5 *',
    starts_at: `${year}-05-01T00:00`,
    exclude: [{ calendar: 'may' }],
  };
  const shown = await hub.use('preview_schedule', { schedule, count: 1 });
  expect(shown).toMatchObject({ items: [{ local: `${year}-05-03T08:30:00` }] });
  const absent = { ...schedule, exclude: [{ calendar: 'june' }] };
  const refused = await hub.mcp.callTool({ name: 'preview_schedule', arguments: { schedule: absent } });
  expect([refused.isError, JSON.stringify(refused.content)]).toEqual([
    true,
    expect.stringContaining('signalbox calendar set NAME'),
  ]);
});

test('no more than 50 of the tasks that moved are listed', async () => {
  await put('md', { dates: [] });
  await Promise.all(Array.from({ length: 52 }, make));
  const changed = await put('md', { dates: [`${year}-01-02`] });
  expect([changed.calendar.tasks, changed.moved, changed.moves.length]).toEqual([52, 52, 50]);
});

test.each([
  ['a day there is not', { dates: ['2026-02-27', '2026-02-30'] }, 'dates.1'],
  ['a year nobody counts', { dates: ['1899-12-31'] }, '1900'],
  ['too many dates', { dates: Array.from({ length: 2_001 }, () => '2026-01-01') }, 'dates'],
])('%s is refused with its place', async (_what, body, place) => {
  await expect(put('md', body)).rejects.toMatchObject({
    code: 'invalid_params',
    message: expect.stringContaining(place) as unknown,
  });
});

test('a name that is none is refused', async () => {
  for (const name of ['Holidays', '1may', 'a b', `a${'b'.repeat(64)}`])
    await expect(put(name, { dates: [] })).rejects.toMatchObject({ code: 'invalid_params' });
});
