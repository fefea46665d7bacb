import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome } from '../support/run-cli.ts';

let home: CliHome;
beforeAll(() => {
  home = makeHome({});
});
afterAll(() => home[Symbol.dispose]());

test('"pipeline schema" gives an editor what a pipeline may be, without a hub', async () => {
  const { code, stdout } = await home.run(['pipeline', 'schema']);
  expect(code).toBe(0);
  const { $schema, anyOf } = JSON.parse(stdout);
  expect($schema).toBe('https://json-schema.org/draft/2020-12/schema');
  expect(anyOf).toMatchObject([{ required: ['steps'] }, { required: ['pipeline'] }]);
});

test('"pipeline graph" draws it', async () => {
  writeFileSync(`${home.path}/two.json`, '{"steps":[{"id":"a","uses":"mail.send"},{"id":"b","sleep":"1h"}]}');
  const { code, stdout } = await home.run(['pipeline', 'graph', 'two.json']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^flowchart/);
});

test('"pipeline lint" names the secrets a pipeline needs, and refuses one in the wrong place', async () => {
  const pipeline = (steps: readonly object[]) => JSON.stringify({ steps });
  const right = pipeline([{ id: 'a', uses: 'crm.find', with: { key: '${secrets.crm}' } }]);
  writeFileSync(`${home.path}/right.json`, right);
  writeFileSync(`${home.path}/wrong.json`, pipeline([{ id: 'a', uses: 'crm.find', if: 'secrets.crm' }]));
  const lint = await home.run(['pipeline', 'lint', 'right.json']);
  expect(lint).toMatchObject({ code: 0, stderr: expect.stringContaining('secrets: crm for crm.find') });
  const wrong = await home.run(['pipeline', 'lint', 'wrong.json']);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('steps.0.if') });
});
