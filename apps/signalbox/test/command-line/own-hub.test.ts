import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome, program } from '../support/run-cli.ts';

const ping = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`;

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
async function startHub(): Promise<AsyncDisposable & { readonly kill: () => Promise<void> }> {
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
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
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

test('a client is told when the hub it is connected with goes away, and not when it goes itself', async () => {
  await using hub = await startHub();
  const { url } = JSON.parse(readFileSync(join(folder, '.signalbox', 'hub.json'), 'utf8')) as { url: string };
  expect(await home.run(['mcp'], { cwd: folder, input: ping })).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\{.*\}\n$/),
    stderr: '',
  });
  const child = spawn(process.execPath, [program, 'mcp'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: home.path },
    stdio: 'pipe',
  });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  const ended = once(child, 'close');
  child.stdin.write(ping);
  await once(child.stdout, 'data');
  await hub.kill();
  expect((await ended)[0]).toBe(1);
  expect(told).toBe(`error: the hub at ${url} has gone; start it again with "signalbox up"\n`);
});

test('doctor finds the settings of a hub that runs elsewhere', async () => {
  await using _hub = await startHub();
  const { stdout } = await home.run(['doctor']);
  expect(stdout).toContain(`settings: ${join(folder, 'signalbox.yaml')}\n`);
  expect(stdout).toContain(`data folder: ${join(folder, '.signalbox')}\n`);
});

test('doctor looks for everything in one place when the hub that ran elsewhere is dead', async () => {
  const hub = await startHub();
  await hub.kill();
  const { stdout } = await home.run(['doctor']);
  expect(stdout).toContain(`data folder: ${join(folder, '.signalbox')}\n`);
  expect(stdout).toMatch(/^ok {4}store: sqlite, \d+ bytes, sound$/m);
  expect(stdout).not.toContain('is not there yet');
  // What was killed left its address; a hub that ends takes it back.
  await (await startHub())[Symbol.asyncDispose]();
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
