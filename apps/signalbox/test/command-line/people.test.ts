import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

const ok = { code: 0, stderr: '' };

test('whoever holds the owner key is told so', async () => {
  const run = await home.run(['whoami']);
  expect(run).toMatchObject(ok);
  expect(run.stdout).toMatch(/^kind +user\nid +owner\norganization +local\nlevel +anchor\nroles +owner\n/);
});

test('a person is added with a password from standard input, shown, shut out, let in and removed', async () => {
  const added = await home.run(
    ['user', 'add', 'ann', '--name', 'Ann', '--role', 'developer', '--password-stdin'],
    { input: 'correct battery horse\n' },
  );
  expect(added).toMatchObject(ok);
  expect(added.stdout).toMatch(/^login +ann\nname +Ann\n/);
  expect((await home.run(['user', 'ls'])).stdout).toBe(
    [
      'LOGIN  NAME  ROLES      LEVEL    TEAMS  STATE',
      'ann    Ann   developer  trusted         active',
      '',
    ].join('\n'),
  );
  expect((await home.run(['user', 'disable', 'ann'])).stdout).toMatch(/state +shut out/);
  expect((await home.run(['user', 'enable', 'ann'])).stdout).toMatch(/state +active/);
  const short = await home.run(['user', 'passwd', 'ann', '--password-stdin'], { input: 'short\n' });
  expect(short).toMatchObject({ code: 2, stdout: '' });
  expect(short.stderr).toContain('the password has 5 characters; it must have 12 to 200');
  expect((await home.run(['user', 'rm', 'ann'])).stderr).toContain('add --yes');
  expect(await home.run(['user', 'rm', 'ann', '--yes'])).toEqual({
    code: 0,
    stdout: '',
    stderr: 'removed "ann"\n',
  });
  expect((await home.run(['user', 'show', 'ann'])).code).toBe(4);
});

test('a person is linked to another identity provider, shown so, and unlinked while another way in is left', async () => {
  await home.run(['user', 'add', 'lin']);
  const identity = ['--issuer', 'https://login.example.com', '--subject', '2482'];
  const linked = await home.run(['user', 'link', 'lin', ...identity]);
  expect(linked).toMatchObject(ok);
  expect(linked.stdout).toMatch(/^issuer +https:\/\/login.example.com\nsubject +2482\n/);
  expect((await home.run(['user', 'link', 'lin', ...identity])).stderr).toContain(
    'linked to a person already',
  );
  const shown = await home.run(['user', 'show', 'lin']);
  expect(shown.stdout).toMatch(/linked to +2482 at https:\/\/login.example.com\n/);
  expect((await home.run(['user', 'unlink', 'lin', ...identity])).stderr).toContain('set a password');
  await home.run(['user', 'passwd', 'lin', '--password-stdin'], { input: 'correct battery horse\n' });
  expect(await home.run(['user', 'unlink', 'lin', ...identity])).toEqual({
    ...ok,
    stdout: '',
    stderr: '"lin" is not linked to that any more\n',
  });
  expect((await home.run(['user', 'show', 'lin'])).stdout).not.toContain('linked to');
  await home.run(['user', 'rm', 'lin', '--yes']);
});

test('teams, roles and their members are kept', async () => {
  await home.run(['user', 'add', 'bob']);
  await home.run(['team', 'add', 'ops', '--description', 'On call']);
  expect((await home.run(['team', 'join', 'ops', 'bob'])).stdout).toBe(
    'TEAM  MEMBERS  DESCRIPTION\nops   bob      On call\n',
  );
  await home.run(['role', 'add', 'watcher', '--permit', 'audit:read']);
  expect((await home.run(['role', 'grant', 'watcher', 'bob'])).stdout).toContain('member, watcher');
  const used = await home.run(['role', 'rm', 'watcher', '--yes']);
  expect(used.stderr).toContain('1 still have the role "watcher"');
  expect((await home.run(['role', 'revoke', 'watcher', 'bob'])).stdout).not.toContain('watcher');
  expect(await home.run(['role', 'rm', 'watcher', '--yes'])).toMatchObject({ code: 0 });
  expect((await home.run(['role', 'show', 'viewer', '-o', 'json'])).stdout).toContain('"isBuiltin": true');
  expect((await home.run(['team', 'leave', 'ops', 'bob'])).stdout).not.toContain('bob');
  expect(await home.run(['team', 'rm', 'ops', '--yes'])).toMatchObject({
    code: 0,
    stderr: 'removed "ops"\n',
  });
});

test('a rule is shown before it is asked for, tested without a change, and removed', async () => {
  const file = join(home.path, 'rules.yaml');
  writeFileSync(file, 'id: no-mail\neffect: deny\nwhat:\n  upstreams: [mail]\n');
  const shown = '+ deny no-mail {"isEnabled":true,"what":{"upstreams":["mail"]}}\n';
  const asked = await home.run(['rule', 'add', file]);
  expect(asked.code).toBe(2);
  expect(asked.stderr).toContain(shown);
  const tested = await home.run(['rule', 'test', file]);
  expect(tested.stderr).toContain('- allow what-roles-permit');
  expect(tested.stderr).toContain('so "rule edit" would make it; "rule add" removes nothing\n');
  expect((await home.run(['rule', 'ls', '-o', 'id'])).stdout).toBe('what-roles-permit\n');
  expect(await home.run(['rule', 'add', file, '--yes'])).toEqual({
    code: 0,
    stdout: '',
    stderr: `${shown}"no-mail" is in force\n`,
  });
  expect((await home.run(['rule', 'show', 'no-mail'])).stdout).toBe(
    'id: no-mail\neffect: deny\nisEnabled: true\nwhat:\n  upstreams:\n    - mail\n',
  );
  expect((await home.run(['rule', 'edit', file, '--yes'])).stdout).toMatch(/removed +what-roles-permit/);
  writeFileSync(file, '[{"id":"what-roles-permit","effect":"allow"}]');
  expect((await home.run(['rule', 'add', file, '--yes'])).code).toBe(0);
  expect(await home.run(['rule', 'rm', 'no-mail', '--yes'])).toMatchObject({ code: 0 });
  writeFileSync(file, 'id: X\neffect: maybe\n');
  const wrong = await home.run(['rule', 'test', file]);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('0.effect');
});

test('a key of a service account is shown once, signs in, and is revoked', async () => {
  await home.run(['service', 'add', 'reports', '--role', 'viewer']);
  const made = await home.run(['key', 'add', 'nightly', '--service', 'reports', '--scope', 'registry:read']);
  expect(made.stdout).toMatch(/^sbx_key_[0-9a-f_]+\n$/);
  expect(made.stderr).toContain('the key "nightly" of reports, good until ');
  expect(await hub.directory.principalOfKey(made.stdout.trim(), '127.0.0.1')).toMatchObject({
    kind: 'service',
  });
  const id = (await home.run(['key', 'ls', '--all', '-o', 'id'])).stdout.trim();
  expect((await home.run(['key', 'revoke', id, '--yes'])).stderr).toBe('revoked "nightly"\n');
  expect(await hub.directory.principalOfKey(made.stdout.trim(), '127.0.0.1')).toBeUndefined();
  expect((await home.run(['key', 'ls', '--all'])).stdout).toContain('revoked');
  expect(await home.run(['service', 'rm', 'reports', '--yes'])).toMatchObject({ code: 0 });
});

test('an invitation is a link that is shown once', async () => {
  const made = await home.run(['invite', 'add', '--role', 'viewer']);
  expect(made.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/invitation\?token=[0-9a-f]{40}\n$/);
  const id = (await home.run(['invite', 'ls', '-o', 'id'])).stdout.trim();
  expect(await home.run(['invite', 'rm', id])).toMatchObject({ code: 0 });
  expect((await home.run(['invite', 'ls'])).stderr).toContain('no invitations');
});

test('commands are about the organization that was chosen, until one goes back', async () => {
  await home.run(['org', 'add', 'acme', '--name', 'Acme Ltd']);
  expect((await home.run(['org', 'use', 'nowhere'])).code).toBe(4);
  expect(await home.run(['org', 'use', 'acme'])).toMatchObject({ code: 0 });
  await home.run(['user', 'add', 'cat', '--role', 'owner']);
  expect((await home.run(['user', 'ls', '-o', 'id'])).stdout).toBe('cat\n');
  expect((await home.run(['user', 'ls', '-o', 'id', '--org', 'local'])).stdout).toBe('bob\n');
  expect(await home.run(['org', 'use', '--own'])).toMatchObject({ code: 0 });
  expect((await home.run(['user', 'ls', '-o', 'id'])).stdout).toBe('bob\n');
  expect((await home.run(['org', 'ls'])).stdout).toContain('acme   Acme Ltd        1  active');
  expect(await home.run(['org', 'rm', 'acme', '--yes'])).toMatchObject({ code: 0 });
});
