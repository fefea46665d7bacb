import { addKey, addPerson, clearBudget, createTask, getBudget, setBudget } from '@signalbox/api';
import { createClient } from '@signalbox/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome } from '../support/run-cli.ts';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

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

test('a budget is set, shown with how far it is used up, and taken away', async () => {
  const none = await home.run(['budget', 'show']);
  expect(none).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('no budget') });
  await home.run(['budget', 'set', '--tokens', '5']);
  const set = await home.run(['budget', 'set', '--calls', '3', '--cost', '2.50', '--seconds', '0']);
  expect(set).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/it begins anew at \S+T00:00:00\.000Z/),
  });
  const add = { uses: 'add', with: { a: 1, b: 2 } };
  const task = await hub.client.request(createTask, {
    body: {
      title: 'add',
      schedule_kind: 'cron',
      schedule_expr: '0 0 1 1 *',
      payload: { pipeline: [{ id: 'a', ...add }] },
    },
  });
  const refused = await home.run(['task', 'run', task.id, '--follow']);
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('0 of 0 seconds') });
  await home.run(['budget', 'set', '--calls', '3', '--cost', '2.50', '--seconds', '9']);
  expect(await home.run(['task', 'run', task.id, '--follow'])).toMatchObject({ code: 0 });
  const { stdout } = await home.run(['budget', 'show']);
  expect(stdout).toBe(
    [
      'OF A DAY  USED  LIMIT  PERCENT',
      'calls        1      3       33',
      'cost         0    2.5        0',
      'tokens       0      -        -',
      'seconds      0      9        0',
      '',
    ].join('\n'),
  );
  const shown = await home.run(['budget', 'show', '-o', 'json']);
  expect(JSON.parse(shown.stdout)).toMatchObject({ limits: { calls: 3, cost: 2.5, seconds: 9 } });
  expect((await home.run(['budget', 'clear'])).code).toBe(2);
  expect(await home.run(['budget', 'clear', '--yes'])).toMatchObject({ code: 0 });
  expect((await hub.client.request(getBudget, {})).limits).toEqual({});
});

test.each([
  [['--calls', '-1'], 'Write a whole number of at least 0.'],
  [['--cost', 'much'], 'Write a number of at least 0, such as 2.50.'],
  [[], 'name at least one of calls, cost, tokens and seconds'],
])('"budget set %s" is wrong use', async (args, message) => {
  const { code, stderr } = await home.run(['budget', 'set', ...args]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test('who may see runs sees the budget, and only who administers the organization changes it', async () => {
  const query = {};
  const ann = await hub.client.request(addPerson, { query, body: { login: 'ann', roles: ['operator'] } });
  const body = { name: 'k', user: ann.id, scopes: ['tasks:read', 'tasks:write', 'tools:call'] };
  const { key } = await hub.client.request(addKey, { query, body });
  const hers = createClient({ url: hub.test.url, key });
  expect(await hers.request(getBudget, {})).toMatchObject({ limits: {} });
  const refused = { code: expect.stringMatching(/forbidden|insufficient_scope/) };
  await expect(hers.request(setBudget, { body: { calls: 1_000 } })).rejects.toMatchObject(refused);
  await expect(hers.request(clearBudget, {})).rejects.toMatchObject(refused);
});
