import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditItem, addPerson, exportAudit, followAudit } from '@signalbox/api';
import { createClient, runCall } from '@signalbox/client';
import type { Principal } from '@signalbox/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome } from '../support/run-cli.ts';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

let hub: AppHub;
let home: CliHome;
beforeAll(async () => {
  hub = await startAppHub({ settings: { audit: { anchorFile: 'anchors.ndjson' } } });
  home = makeHome({ SIGNALBOX_URL: hub.test.url, SIGNALBOX_KEY: hub.test.key });
  await runCall(hub.client, { kind: 'tool', target: 'add', arguments: { a: 1, b: 2 } });
  await runCall(hub.client, { kind: 'tool', target: 'nothing' }).catch(() => undefined);
});
afterAll(async () => {
  home[Symbol.dispose]();
  await hub[Symbol.asyncDispose]();
});

const linesOf = (text: string): AuditItem[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditItem);

test('the last entries are printed oldest first', async () => {
  const { code, stdout } = await home.run(['audit', 'tail', '--limit', '3']);
  expect(code).toBe(0);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.replace(/^\S+ /, '')),
  ).toEqual([
    'owner  api  call  add  begins  allowed what-roles-permit',
    'owner  api  call  add  ok  allowed what-roles-permit',
    expect.stringMatching(/^owner {2}api {2}call {2}nothing {2}denied not_found/),
  ]);
});

test('entries are narrowed by their fields', async () => {
  const denied = await home.run(['audit', 'query', '--outcome', 'denied', '--since', '1h', '--json']);
  expect(linesOf(denied.stdout)).toMatchObject([{ outcome: 'denied', target: { name: 'nothing' } }]);
  const none = await home.run(['audit', 'query', '--on-behalf-of', 'nobody']);
  expect(none).toEqual({ code: 0, stdout: '', stderr: 'no entry fits\n' });
  const wrong = await home.run(['audit', 'query', '--since', 'yesterday']);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('24h')]);
});

test('a person is found by the id that "user show" gives for the login', async () => {
  const body = { login: 'ada', name: 'Ada', password: 'correct battery horse', roles: ['member'] };
  const { id } = await hub.client.request(addPerson, { query: {}, body });
  const principal: Principal = { kind: 'user', id, org: 'local', level: 'trusted', roles: ['member'] };
  await hub.test.call('tool', 'absent', {}, { principal }).catch(() => undefined);
  const shown = await home.run(['user', 'show', 'ada', '-o', 'id']);
  const found = await home.run(['audit', 'query', '--actor', shown.stdout.trim(), '--json']);
  expect(linesOf(found.stdout)).toMatchObject([{ actor: { id }, target: { name: 'absent' } }]);
});

test('an export is verified without the hub, and what was changed in it is found', async () => {
  const path = join(home.path, 'audit.ndjson');
  expect((await home.run(['audit', 'export', '--to', path])).code).toBe(0);
  expect((await home.run(['audit', 'export', '--to', path])).stderr).toContain(
    'name a file that is not there',
  );
  const anchors = join(hub.test.dataDir, 'anchors.ndjson');
  expect(await home.run(['audit', 'verify', '-o', 'id'])).toMatchObject({ code: 0, stdout: 'intact\n' });
  expect(await home.run(['audit', 'verify', path, '--anchor', anchors, '-o', 'id'])).toMatchObject({
    code: 1,
  });
  const whole = join(home.path, 'whole.ndjson');
  await home.run(['audit', 'export', '--to', whole]);
  expect(await home.run(['audit', 'verify', whole, '--anchor', anchors, '-o', 'id'])).toMatchObject({
    code: 0,
  });
  const changed = join(home.path, 'changed.ndjson');
  writeFileSync(changed, readFileSync(whole, 'utf8').replace('"id":"owner"', '"id":"nobody"'));
  const found = await home.run(['audit', 'verify', changed]);
  expect([found.code, found.stdout]).toEqual([1, expect.stringContaining('altered at 1: entry 1')]);
  const refused = await home.run(['audit', 'verify', '--anchor', anchors]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('verify an export')]);
});

test('other systems get API Activities', async () => {
  const { stdout } = await home.run(['audit', 'export', '--format', 'ocsf', '--since', '1h']);
  const isChange = (line: unknown) => JSON.stringify(line).includes('"change.addPerson"');
  const [intent, made, ...others] = linesOf(stdout).filter(isChange);
  expect({ intent, made, others }).toMatchObject({
    intent: { class_uid: 6003, type_uid: 600_301, status_id: 0, unmapped: { phase: 'intent' } },
    made: { class_uid: 6003, activity_id: 1, status_id: 1 },
    others: [],
  });
  expect(linesOf(stdout).filter((line) => !isChange(line))).toMatchObject([
    { class_uid: 6003, type_uid: 600_399, status_id: 0, unmapped: { phase: 'intent' } },
    {
      class_uid: 6003,
      status_id: 1,
      actor: { user: { uid: 'owner', org: { uid: 'local' } } },
      api: { operation: 'tool.call' },
    },
    { class_uid: 6003, status_id: 2, status_code: 'not_found' },
    { class_uid: 6003, status_id: 2, status_code: 'not_found' },
  ]);
});

test('who follows gets entries as they are written', async () => {
  const items = hub.client.stream(followAudit, { query: { target: 'add' } });
  const first = items.next();
  // The stream has begun when its first item can only come from a later call.
  const state = { isSeen: false };
  const seen = first.then(() => {
    state.isSeen = true;
  });
  while (!state.isSeen) await runCall(hub.client, { kind: 'tool', target: 'add', arguments: { a: 1, b: 2 } });
  await seen;
  expect((await first).value).toMatchObject({ type: 'entry', phase: 'intent', target: { name: 'add' } });
  await items.return(undefined);
});

test('the audit is for those with the permission to read it', async () => {
  const nobody = createClient({ url: hub.test.url, key: 'wrong' });
  await expect(nobody.stream(exportAudit, { query: {} }).next()).rejects.toMatchObject({
    code: 'unauthenticated',
  });
});
