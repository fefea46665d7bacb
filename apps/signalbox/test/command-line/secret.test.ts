import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome } from '../support/run-cli.ts';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

const value = 'not to be seen 1';
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

test('a secret is set from standard input or a variable, listed without its value, and removed', async () => {
  const set = await home.run(['secret', 'set', 'crm', '--tool', 'crm.*', '--tool', 'mail.send'], {
    input: `${value}\n`,
  });
  expect(set).toMatchObject({ code: 0, stderr: expect.stringContaining('${secrets.crm}') });
  const other = [
    'secret',
    'set',
    'slack',
    '--tool',
    'slack.*',
    '--from-env',
    'SLACK',
    '--description',
    'chat',
  ];
  expect(await home.run(other, { env: { SLACK: value } })).toMatchObject({ code: 0 });
  const list = await home.run(['secret', 'list', '-o', 'json']);
  expect(JSON.parse(list.stdout)).toMatchObject([
    { name: 'crm', tools: ['crm.*', 'mail.send'] },
    { name: 'slack', tools: ['slack.*'], description: 'chat' },
  ]);
  const table = await home.run(['secret', 'ls']);
  expect(table.stdout).toContain('slack.*');
  expect(await home.run(['secret', 'remove', 'crm', '--yes'])).toMatchObject({ code: 0 });
  expect(await home.run(['secret', 'remove', 'crm', '--yes'])).toMatchObject({ code: 4 });
  for (const { stdout, stderr } of [set, list, table]) expect(stdout + stderr).not.toContain(value);
});

test.each([
  ['no tool', ['set', 'crm'], value],
  ['nothing on standard input', ['set', 'crm', '--tool', 'crm.*'], ''],
  ['too much on standard input', ['set', 'crm', '--tool', 'crm.*'], 'x'.repeat(20_000)],
  ['a variable that is not set', ['set', 'crm', '--tool', 'crm.*', '--from-env', 'NOT_SET'], value],
  ['a value as an argument', ['set', 'crm', value, '--tool=crm.*'], ''],
])('%s is wrong use', async (_what, words, input) => {
  expect(await home.run(['secret', ...words], { input })).toMatchObject({ code: 2, stdout: '' });
});
