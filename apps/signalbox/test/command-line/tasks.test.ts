import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome } from '../support/run-cli.ts';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

const tinyServer = fileURLToPath(new URL('../fixtures/tiny-mcp-server.mjs', import.meta.url));
let hub: AppHub;
let home: CliHome;
beforeAll(async () => {
  hub = await startAppHub({ settings: { engine: { pollMs: 100 } } });
  home = makeHome({ SIGNALBOX_URL: hub.test.url, SIGNALBOX_KEY: hub.test.key });
});
afterAll(async () => {
  home[Symbol.dispose]();
  await hub[Symbol.asyncDispose]();
});

const adding = {
  title: 'add up',
  schedule_kind: 'cron',
  schedule_expr: '0 0 1 1 *',
  payload: {
    params: { a: 1 },
    pipeline: [
      { id: 'first', uses: 'add', with: { a: '${params.a}', b: 2 } },
      { id: 'second', uses: 'add', with: { a: '${steps.first.sum}', b: 3 } },
    ],
  },
};

/** Writes a file into the home and gives its name. */
function file(name: string, content: unknown): string {
  writeFileSync(join(home.path, name), JSON.stringify(content));
  return name;
}

/** Runs a command that has to succeed, and gives what it printed. */
async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await home.run(args);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return stdout.trim();
}

const make = (content: unknown = adding): Promise<string> =>
  run('task', 'add', file('task.json', content), '-o', 'id');

test('a task is made of a file, listed, shown, changed, silenced and ended', async () => {
  const task = await make();
  expect(await run('task', 'ls', '-o', 'id')).toContain(task);
  expect(await run('task', 'show', task)).toMatch(/^when +cron 0 0 1 1 \* UTC$/m);
  const changed = await home.run(['task', 'edit', task, 'priority=2', 'title=other', '--if-version', '1']);
  expect(changed).toMatchObject({ code: 0, stderr: expect.stringMatching(/^version 2; it is due next /) });
  const late = await home.run(['task', 'edit', task, 'priority=3', '--if-version', '1']);
  expect([late.code === 0, late.stderr]).toEqual([false, expect.stringContaining('version')]);
  await run('task', 'edit', task, 'jitter_seconds:=5', 'pause_on_failures:=3', '--if-version', '2');
  await run('task', 'edit', task, '--remove', 'jitter_seconds', '--remove', 'pause_on_failures');
  expect(JSON.parse(await run('task', 'show', task, '-o', 'json'))).not.toHaveProperty('pause_on_failures');
  expect(await home.run(['task', 'edit', task, '--remove', 'title'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('debounce_seconds'),
  });
  expect(await home.run(['task', 'edit', task])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--remove'),
  });
  await run('task', 'snooze', task, '3600');
  await run('task', 'pause', task, '--reason', 'holidays');
  expect(await run('task', 'ls', '--status', 'paused', '-o', 'id')).toBe(task);
  await run('task', 'resume', task);
  const asked = await home.run(['task', 'cancel', task]);
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('--yes')]);
  await run('task', 'cancel', task, '--yes');
  expect(JSON.parse(await run('task', 'show', task, '-o', 'json'))).toMatchObject({
    title: 'other',
    priority: 2,
    status: 'canceled',
  });
});

test('a paused task is said to be paused, and its history says what became of each time and why', async () => {
  const paused = await home.run([
    'task',
    'add',
    file('paused.json', { ...adding, status: 'paused', overlap: 'skip' }),
  ]);
  expect(paused).toMatchObject({ code: 0, stderr: expect.stringContaining('it is paused') });
  const task = /made (\S+);/.exec(paused.stderr)?.[1] ?? '';
  expect(await home.run(['task', 'history', task])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('not been due'),
  });
  await run('task', 'run', task, '--follow');
  await run(
    'task',
    'edit',
    task,
    'payload:=' + JSON.stringify({ pipeline: [{ id: 'ask', approve: { message: 'Sure?' } }] }),
  );
  await run('task', 'run', task);
  await home.run(['task', 'run', task]);
  const history = await run('task', 'history', task);
  expect(history).toMatch(/manual +skipped/);
  expect(history).toMatch(/manual +succeeded/);
  expect(JSON.parse(await run('task', 'history', task, '--status', 'skipped', '-o', 'json'))).toMatchObject([
    { trigger: 'manual', status: 'skipped', reason: expect.any(String) },
  ]);
});

test('a file that holds no task is refused with what is wrong in it', async () => {
  const wrong = await home.run(['task', 'add', file('wrong.json', { ...adding, priority: 11 })]);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('priority') });
  expect(await home.run(['task', 'add', 'absent.yaml'])).toMatchObject({ code: 2 });
});

test('a run is a timeline of lines that ends with how it went', async () => {
  const task = await make();
  const lines = (await run('task', 'run', task, 'a:=5', '--follow')).split('\n').map((line) =>
    line
      .replace(/^\S+ +/, '')
      .replace(/\d+ ms/, 'N ms')
      .replaceAll(/ +/g, ' '),
  );
  expect(lines).toContain('second done N ms add');
  expect(lines.at(-1)).toBe('run succeeded');
  const [id = ''] = (await run('run', 'ls', '--task', task, '-o', 'id')).split('\n');
  expect(await run('run', 'show', id)).toMatch(/"sum": 10/);
  expect((await run('run', 'follow', id)).split('\n').at(-1)).toMatch(/run +succeeded$/);
  expect(JSON.parse((await run('run', 'follow', id, '-o', 'jsonl')).split('\n').at(-1) ?? '')).toMatchObject({
    type: 'run',
    run: { id, status: 'succeeded' },
  });
  const again = await home.run(['run', 'retry', id]);
  expect([again.code === 0, again.stderr]).toEqual([false, expect.stringContaining(id)]);
});

test('a run that fails makes the command fail, and one that asks is answered', async () => {
  const failing = await make({
    ...adding,
    payload: { pipeline: [{ id: 'it', uses: 'fail', with: {} }] },
  });
  const failed = await home.run(['task', 'run', failing, '--follow']);
  expect([failed.code, failed.stdout]).toEqual([1, expect.stringMatching(/run +failed/)]);
  const asking = await make({
    ...adding,
    payload: { pipeline: [{ id: 'ok', approve: { message: 'Really?' } }] },
  });
  const id = await run('task', 'run', asking, '-o', 'id');
  const unclear = await home.run(['run', 'answer', id, 'perhaps']);
  expect([unclear.code, unclear.stderr]).toEqual([2, expect.stringContaining('"yes" or "no"')]);
  const following = home.run(['run', 'follow', id]);
  await hub.client.stream((await import('@signalbox/api')).followRun, { params: { run: id } }).next();
  for (let isAsked = false; !isAsked; )
    isAsked = (await run('run', 'show', id, '-o', 'json')).includes('Really?"');
  await run('run', 'answer', id, 'yes');
  const followed = await following;
  expect([followed.code, followed.stdout]).toEqual([0, expect.stringMatching(/run +succeeded\n$/)]);
  const sleeping = await make({ ...adding, payload: { pipeline: [{ id: 'nap', sleep: '1h' }] } });
  const ended = await run('task', 'run', sleeping, '-o', 'id');
  await run('run', 'cancel', ended, '--yes', '--reason', 'enough');
  expect((await home.run(['run', 'follow', ended])).code).toBe(1);
});

test('times are shown before they come, and made up for afterwards', async () => {
  const schedule = ['--expr', '30 8 * * mon-fri', '--timezone', 'Europe/Chisinau', '--count', '3'];
  expect((await run('task', 'preview', ...schedule)).split('\n')).toHaveLength(4);
  expect((await home.run(['task', 'preview'])).code).toBe(2);
  const unknown = await home.run(['task', 'preview', ...schedule, '--calendar', 'nobodys']);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('"nobodys"')]);
  const hourly = {
    ...adding,
    schedule_kind: 'interval',
    schedule_expr: '1h',
    dtstart: '2026-01-01T00:00:00Z',
  };
  const task = await make(hourly);
  expect(await run('task', 'preview', task, '--count', '1')).toMatch(/^LOCAL/);
  const range = ['--from', '2026-01-01T01:00:00Z', '--to', '2026-01-01T03:00:00Z', '--yes'];
  expect((await run('task', 'backfill', task, ...range, '-o', 'id')).split('\n')).toHaveLength(2);
});

test('events are told to tasks that listen, and listed', async () => {
  await make({ ...adding, schedule_kind: 'event', schedule_expr: 'build.*' });
  const told = await run('event', 'publish', 'build.done', 'ok:=true', '--id', 'b-1', '-o', 'json');
  expect(JSON.parse(told)).toMatchObject([{ status: 'fired', is_new: true }]);
  const again = await home.run(['event', 'publish', 'build.done', 'ok:=true', '--id', 'b-1']);
  expect(again.stderr).toContain('had been told before');
  expect(await run('event', 'ls', '--topic', 'build.*')).toContain('{"ok":true}');
});

test('tasks of Ordinaut are shown, asked about and taken over, and nothing is dropped in silence', async () => {
  const ordinaut = {
    id: '7f9c24e5-2f1f-4b27-9f0c-1d1e8d6b0f3a',
    title: 'Morning',
    description: 'Weekday briefing',
    schedule_kind: 'rrule',
    schedule_expr: 'FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=8;BYMINUTE=30;BYSECOND=0',
    timezone: null,
    payload: {
      params: { city: 'Chisinau' },
      pipeline: [
        {
          id: 'sum',
          uses: 'tiny.echo',
          with: { message: 'hi' },
          save_as: 'total',
          timeout_seconds: 30,
          max_retries: 2,
        },
      ],
    },
    status: 'active',
    priority: 4,
    dedupe_key: null,
    dedupe_window_seconds: 0,
    max_retries: 3,
    backoff_strategy: 'exponential_jitter',
    concurrency_key: null,
    created_by: '00000000-0000-0000-0000-000000000001',
    created_at: '2025-08-01T00:00:00Z',
    updated_at: '2025-08-01T00:00:00Z',
  };
  const others = [
    { ...ordinaut, title: 'Old', status: 'canceled' },
    { ...ordinaut, title: 'When warm', schedule_kind: 'condition', schedule_expr: 'temperature > 25' },
    { ...ordinaut, title: 'Odd', colour: 'blue' },
  ];
  await run('server', 'add', 'tiny', '--', process.execPath, tinyServer);
  const name = file('tasks.json', [ordinaut, ...others]);
  const asked = await home.run(['task', 'import', name]);
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('make this task')]);
  const whole = asked.stdout.replaceAll(/ +/g, ' ');
  expect(whole).toContain('Old not taken over: it is canceled');
  expect(whole).toContain('When warm not taken over: there are no conditions here');
  expect(whole).toContain('Odd not taken over: has fields nobody knows here: colour');
  for (const field of ['id', 'created_by', 'created_at', 'updated_at'])
    expect(whole).toContain(`"${field}" is left out`);
  expect(whole).toContain('goes by Europe/Chisinau');
  const done = await home.run(['task', 'import', name, '--yes']);
  const [, id = ''] = /made (\S+): Morning/.exec(done.stderr) ?? [];
  expect([done.code, id]).toEqual([1, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  expect(JSON.parse(await run('task', 'show', id, '-o', 'json'))).toMatchObject({
    title: 'Morning',
    timezone: 'Europe/Chisinau',
    priority: 4,
    max_retries: 3,
    payload: ordinaut.payload,
  });
  expect(await run('task', 'run', 'Morning', '--follow')).toMatch(/run +succeeded$/);
  expect((await home.run(['task', 'show', 'Evening'])).stderr).toContain('there is no task "Evening"');
  await home.run(['task', 'import', name, '--yes']);
  expect((await home.run(['task', 'show', 'Morning'])).stderr).toContain('name one by its id');
});

test('a pipeline is checked, drawn and tried without a task', async () => {
  const name = file('pipeline.json', adding);
  const linted = await home.run(['pipeline', 'lint', name]);
  expect(linted).toEqual({ code: 0, stdout: '', stderr: 'tools: add\nthe pipeline is right\n' });
  expect(await run('pipeline', 'graph', name)).toMatch(/^flowchart TD\n +s0\["first: add"\]/);
  const wrong = file('broken.json', { pipeline: [{ id: 'a', uses: 'add', with: { a: '${steps.b.sum}' } }] });
  expect(await home.run(['pipeline', 'lint', wrong])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('steps.0'),
  });
  const tried = await run('pipeline', 'test', name);
  expect(tried).toMatch(/run +succeeded/);
  expect(tried).toMatch(/first +done +would call add \{"a":/);
  expect(await run('task', 'ls')).not.toContain('test of');
  expect(await run('run', 'ls')).toContain('test of');
});
