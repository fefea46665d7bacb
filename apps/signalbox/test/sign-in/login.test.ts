import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import auth from '@signalbox/auth';
import directory, { setupLink } from '@signalbox/directory';
import gateway from '@signalbox/gateway';
import manage from '@signalbox/manage';
import mcp from '@signalbox/mcp';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import vault from '@signalbox/vault';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestBrowser, type Visit } from '../../../../extensions/auth/test/support/browser.ts';
import { runProgram } from '../../src/program.ts';

const home = mkdtempSync(join(tmpdir(), 'signalbox-login-'));
const owner = { login: 'eve', name: 'Eve', password: 'a password of some length' };
let hub: TestHub;
let browser: TestBrowser;

beforeAll(async () => {
  hub = await startTestHub({ extensions: [storeSqlite, directory, auth, vault, gateway, mcp, manage] });
  browser = new TestBrowser(hub.url);
  const path = hub.hub.services.get(setupLink).path();
  const done = await browser.submit(await browser.go(path ?? ''), 'create', owner);
  expect(done.url.pathname).toBe('/account');
});

afterAll(async () => {
  await hub.stop();
  rmSync(home, { recursive: true, force: true });
});

/** Runs the program; `seen` is called with everything on standard error so far. */
async function run(words: readonly string[], seen: (text: string) => void = () => undefined) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  let [result, notes] = ['', ''];
  stdout.on('data', (part: Buffer) => {
    result += part.toString();
  });
  stderr.on('data', (part: Buffer) => {
    notes += part.toString();
    seen(notes);
  });
  const edge = { argv: words, env: {}, cwd: home, home, platform: 'linux', stdin, stdout, stderr };
  const code = await runProgram({ ...edge, onInterrupt: () => () => undefined });
  return { code, result, notes };
}

async function allow(start: Visit): Promise<Visit> {
  let page = start;
  if (page.text.includes('name="password"')) page = await browser.submit(page, 'sign-in', owner);
  return browser.submit(page, 'allow', { cap: 'anchor' });
}

test('a sign-in with the browser is kept for later commands, until it is ended', async () => {
  let isAnswered = false;
  const login = await run(['login', hub.url], (text) => {
    const url = /^(http\S+\/oauth\/auth\?\S+)$/m.exec(text)?.[1];
    if (url === undefined || isAnswered) return;
    isAnswered = true;
    void browser
      .go(url)
      .then(allow)
      .then(({ url: back }) => fetch(back));
  });
  expect(login.notes).toContain(`signed in to ${hub.url}`);
  expect(login.code).toBe(0);
  expect(statSync(join(home, '.config', 'signalbox', 'sign-ins.json')).mode & 0o777).toBe(0o600);

  const remote = (...words: string[]) => run(['--url', hub.url, ...words]);
  const before = JSON.parse((await remote('keys', 'ls', '-o', 'json')).result) as unknown;
  expect(await remote('keys', 'rotate', '--secrets')).toMatchObject({ code: 0 });
  expect((await remote('keys', 'rewrap')).result).toBe('0 keys were under another root key\n');
  const rotated = await remote('keys', 'rotate');
  expect(rotated.notes).toBe('');
  const after = await remote('keys', 'ls', '-o', 'json');
  expect(after.result).toContain(rotated.result.trim());
  expect(JSON.stringify(before)).not.toContain(rotated.result.trim());
  // A token signed with the key before is good to its end.
  const added = await remote('client', 'add', 'My app', '--redirect', 'https://app.example/cb');
  expect(added.notes).toBe('');
  const id = added.result.trim();
  expect((await remote('client', 'ls')).result).toContain(id);
  expect((await remote('client', 'rm', id, '--yes')).code).toBe(0);
  expect((await remote('client', 'rm', id, '--yes')).code).toBe(4);
  const wrong = await remote('client', 'add', 'Wrong', '--redirect', 'http://app.example/cb');
  expect(wrong.code).toBe(2);

  expect((await run(['logout', hub.url])).notes).toContain('signed out');
  const out = await remote('keys', 'ls');
  expect(out.code).toBe(3);
});

test('a sign-in with a code needs no browser here', async () => {
  let isAnswered = false;
  const login = await run(['login', hub.url, '--device', '--scope', 'tools:list'], (text) => {
    const [, page, code] = /open (\S+)\nand type the code (\S+)/.exec(text) ?? [];
    if (page === undefined || code === undefined || isAnswered) return;
    isAnswered = true;
    void browser
      .go(page)
      .then((entry) => browser.submit(entry, '', { user_code: code }))
      .then((confirm) => browser.submit(confirm, 'yes'))
      .then(allow);
  });
  expect(login.notes).toContain(`signed in to ${hub.url}`);
  expect((await run(['logout', hub.url])).code).toBe(0);
});

test('nobody signs in over a network that others can read', async () => {
  const login = await run(['login', 'http://hub.example']);
  expect(login.code).toBe(2);
  expect(login.notes).toContain('use https');
});
