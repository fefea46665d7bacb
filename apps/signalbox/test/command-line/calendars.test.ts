import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listAudit } from '@signalbox/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readIcalendar } from '../../src/commands/calendars/read-icalendar.ts';
import { type CliHome, makeHome } from '../support/run-cli.ts';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

let hub: AppHub;
let home: CliHome;
beforeAll(async () => {
  hub = await startAppHub();
  home = makeHome({ SIGNALBOX_URL: hub.test.url, SIGNALBOX_KEY: hub.test.key });
});
afterAll(async () => {
  home[Symbol.dispose]();
  await hub[Symbol.asyncDispose]();
});

/** Writes a file into the home and gives its name. */
function file(name: string, text: string): string {
  writeFileSync(join(home.path, name), text);
  return name;
}

/** Runs a command that has to succeed, and gives what it printed. */
async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await home.run(args);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return stdout.trim();
}

const holidays = `# Public holidays

2096-01-01  # New Year
2096-12-25
2096-01-01
`;

/** A task that is due on two days of a year far away. */
const task = JSON.stringify({
  title: 'add up',
  schedule_kind: 'cron',
  schedule_expr: '30 8 1,2 1 *',
  starts_at: '2096-01-01T00:00',
  exclude: [{ calendar: 'md' }],
  payload: { pipeline: [{ id: 'it', uses: 'add', with: { a: 1, b: 2 } }] },
});

test('a calendar is set from a file, seen by a task, changed after a look at what it moves, and removed', async () => {
  const made = await home.run([
    'calendar',
    'set',
    'md',
    '--file',
    file('md.txt', holidays),
    '--description',
    'free',
  ]);
  expect(made).toEqual({
    code: 0,
    stdout: '',
    stderr: '"md" has 2 dates; tasks that name it: 0, now due next at another time: 0\n',
  });
  const id = await run('task', 'add', file('task.json', task), '-o', 'id');
  expect(await run('task', 'show', id)).toMatch(/^next +2096-01-02T08:30:00.000Z$/m);
  const other = file('other.txt', '2096-01-02\n');
  const tried = await home.run(['calendar', 'set', 'md', '--file', other, '--dry-run']);
  expect(tried.stderr).toBe(
    '"md" would have 1 date; tasks that name it: 1, then due next at another time: 1\n',
  );
  expect(tried.stdout.split('\n')[1]?.split(/ {2,}/)).toEqual([
    id,
    'add up',
    '2096-01-02T08:30:00.000Z',
    '2096-01-01T08:30:00.000Z',
  ]);
  expect(await run('calendar', 'show', 'md')).toMatch(/^dates +2096-01-01\n +2096-12-25$/m);
  const changed = await run('calendar', 'set', 'md', '--file', other, '-o', 'json');
  expect(JSON.parse(changed)).toMatchObject({ dry_run: false, moved: 1, moves: [{ task: id }] });
  expect(await run('task', 'show', id)).toMatch(/^next +2096-01-01T08:30:00.000Z$/m);
  const schedule = ['--kind', 'once', '--expr', '2096-01-02T08:30:00Z'];
  expect(await run('task', 'preview', ...schedule)).toContain('2096-01-02T08:30');
  expect(await run('task', 'preview', ...schedule, '--calendar', 'md')).not.toContain('2096-01-02T08:30');
  expect(await run('calendar', 'ls')).toMatch(/md +1 +2096-01-02 +2096-01-02 .+free$/);
  expect(await run('calendar', 'list', '-o', 'id')).toBe('md');
  expect(await home.run(['calendar', 'remove', 'md'])).toMatchObject({ code: 2 });
  expect(await home.run(['calendar', 'remove', 'md', '--yes'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`is named by "add up" (${id})`) as unknown,
  });
  await run('task', 'cancel', id, '--yes');
  expect(await home.run(['calendar', 'rm', 'md', '--yes'])).toMatchObject({ stderr: 'removed "md"\n' });
  expect(await home.run(['calendar', 'show', 'md'])).toMatchObject({ code: 4 });
  // Looking changes nothing, and is not written down.
  const { items } = await hub.client.request(listAudit, { query: { kind: 'change', limit: 100 } });
  const written = items
    .filter(({ phase, target }) => phase === 'outcome' && target.name === '/api/v1/calendars/md')
    .map(({ action, outcome }) => `${action} ${outcome}`);
  expect(written.toReversed()).toEqual([
    'setCalendar ok',
    'setCalendar ok',
    'removeCalendar error',
    'removeCalendar ok',
  ]);
});

test('dates come from standard input and from JSON', async () => {
  const args = ['calendar', 'set', 'piped', '-o', 'json', '--file'];
  const piped = await home.run([...args, '-'], { input: holidays });
  expect(JSON.parse(piped.stdout)).toMatchObject({ calendar: { dates: ['2096-01-01', '2096-12-25'] } });
  const json = await run(...args, file('dates.json', '["2096-03-08"]'));
  expect(JSON.parse(json)).toMatchObject({ calendar: { dates: ['2096-03-08'] } });
});

test.each([
  ['a day there is not', '2096-02-30\n', 'line 1: "2096-02-30" is no date there is'],
  ['a word', '2096-02-28\n\nChristmas\n', 'line 3: "Christmas" is no date there is'],
  ['JSON of something else', '[1]', 'no JSON array of dates'],
  ['JSON that is broken', '["2096-01-01"', 'cannot be read as JSON'],
  ['a date in JSON that is none', '["2096-01-01", "x"]', 'entry 2: "x" is no date there is'],
])('a file with %s is refused with its place', async (_what, text, problem) => {
  expect(await home.run(['calendar', 'set', 'x', '--file', file('wrong.txt', text)])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(problem) as unknown,
  });
});

/** An iCalendar file with the lines of an event each. */
const events = (...each: readonly (readonly string[])[]): string =>
  [
    'BEGIN:VCALENDAR',
    'BEGIN:VTIMEZONE',
    'BEGIN:STANDARD',
    'DTSTART:19701025T030000',
    'RRULE:FREQ=YEARLY',
    'END:STANDARD',
    'END:VTIMEZONE',
    ...each.flatMap((lines) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT']),
    'END:VCALENDAR',
    '',
  ].join('\r\n');

test('whole days of an iCalendar file are read, each of several, and nothing else in it', () => {
  const text = events(
    ['DTSTART;VALUE=DATE:20960101', 'DTEND;VALUE=DATE:20960103', 'SUMMARY:New\r\n  Year'],
    ['BEGIN:VALARM', 'DURATION:PT5M', 'END:VALARM', 'DTSTART;X=1;VA\r\n LUE=DATE:20960229'],
  );
  expect(readIcalendar(text)).toEqual(['2096-01-01', '2096-01-02', '2096-02-29']);
});

test.each<[string, readonly string[], string]>([
  [
    'that repeats',
    ['DTSTART;VALUE=DATE:20960101', 'RRULE:FREQ=YEARLY'],
    'event 1 of the iCalendar file has RRULE',
  ],
  ['at a time of the day', ['DTSTART:20960101T090000Z'], 'does not take whole days'],
  ['on a day there is not', ['DTSTART;VALUE=DATE:20960231'], 'does not take whole days'],
  ['without a begin', ['SUMMARY:x'], 'has no DTSTART'],
  [
    'that ends before it begins',
    ['DTSTART;VALUE=DATE:20960102', 'DTEND;VALUE=DATE:20960101'],
    'takes -1 days',
  ],
  ['of a hundred years', ['DTSTART;VALUE=DATE:20000101', 'DTEND;VALUE=DATE:21000101'], 'takes 36525 days'],
])('an event of an iCalendar file %s is refused', (_what, lines, problem) => {
  expect(() => readIcalendar(events(lines))).toThrow(problem);
});
