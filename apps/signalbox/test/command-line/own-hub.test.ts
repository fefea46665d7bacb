import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome, program } from '../support/run-cli.ts';

let home: CliHome;
let folder: string;
beforeAll(() => {
  home = makeHome();
  folder = join(home.path, 'project');
  mkdirSync(folder);
  writeFileSync(join(folder, 'signalbox.yaml'), 'http:\n  port: 0\n');
});
afterAll(() => home[Symbol.dispose]());

/** A hub of the folder's settings file, as a user starts it; its output is read up to the address and then closed. */
async function startHub(): Promise<AsyncDisposable> {
  const child = spawn(process.execPath, [program, 'up'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: home.path },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let shown = '';
  for await (const chunk of child.stdout) {
    shown += String(chunk);
    if (shown.includes('listens on')) break;
  }
  const ended = once(child, 'close');
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

test('commands find the hub by the settings file, or by what this user started last', async () => {
  {
    await using _hub = await startHub();
    expect(
      await home.run(['server', 'add', 'a', '--no-wait', '--', 'no-such-program'], { cwd: folder }),
    ).toMatchObject({ code: 0 });
    expect(await home.run(['server', 'ls', '-o', 'id'], { cwd: folder })).toMatchObject({
      code: 0,
      stdout: 'a\n',
    });
    expect(await home.run(['server', 'ls', '-o', 'id'])).toMatchObject({ code: 0, stdout: 'a\n' });
    expect(await home.run(['db', 'backup', '../with-a.db'], { cwd: folder })).toMatchObject({ code: 0 });
    expect(await home.run(['db', 'restore', '../with-a.db', '--yes'], { cwd: folder })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: .*store/),
    });
    expect(await home.run(['server', 'rm', 'a', '--yes'], { cwd: folder })).toMatchObject({ code: 0 });
  }
  expect(existsSync(join(folder, '.signalbox', 'hub.json'))).toBe(false);
  expect(await home.run(['server', 'ls'], { cwd: folder })).toMatchObject({ code: 1 });
});

test('the store is checked, backed up and restored while no hub runs', async () => {
  expect(await home.run(['db', 'check', '-o', 'id'], { cwd: folder })).toEqual({
    code: 0,
    stdout: 'sound\n',
    stderr: '',
  });
  expect(await home.run(['db', 'backup'], { cwd: folder })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('name the file'),
  });
  expect(await home.run(['db', 'backup', 'offline.db'], { cwd: folder })).toMatchObject({ code: 0 });
  expect(await home.run(['db', 'restore', '../with-a.db'], { cwd: folder })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--yes'),
  });
  expect(await home.run(['db', 'restore', '../with-a.db', '--yes'], { cwd: folder })).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('is kept in'),
  });
  {
    await using _hub = await startHub();
    expect(await home.run(['server', 'ls', '-o', 'id'], { cwd: folder })).toMatchObject({ stdout: 'a\n' });
  }
  writeFileSync(join(folder, 'broken.db'), readFileSync(join(folder, 'signalbox.yaml')));
  expect(await home.run(['db', 'restore', 'broken.db', '--yes'], { cwd: folder })).toMatchObject({ code: 1 });
  expect(await home.run(['db', 'restore', 'none.db', '--yes'], { cwd: folder })).toMatchObject({ code: 4 });
});

test('doctor without a hub looks at the folder, the key, the store and the port', async () => {
  const good = await home.run(['doctor'], { cwd: folder });
  expect(good).toMatchObject({ code: 0, stderr: '' });
  expect(good.stdout).toMatch(/^warn {2}hub: no hub runs in /m);
  expect(good.stdout).toMatch(/^ok {4}store: sqlite, \d+ bytes, sound$/m);
  expect(good.stdout).toMatch(/^ok {4}port: any free one$/m);
  chmodSync(join(folder, '.signalbox', 'owner.key'), 0o644);
  const bad = await home.run(['doctor'], { cwd: folder });
  expect(bad.code).toBe(1);
  expect(bad.stdout).toMatch(
    /^fail {2}owner key: .* has mode 644 and others can read it\n {6}→ run "chmod 600 .*owner\.key"$/m,
  );
  chmodSync(join(folder, '.signalbox', 'owner.key'), 0o600);
  writeFileSync(join(folder, 'signalbox.yaml'), 'htp: 1\n');
  const wrong = await home.run(['doctor'], { cwd: folder });
  expect(wrong.code).toBe(1);
  expect(wrong.stdout).toMatch(/^fail {2}settings: /m);
});
