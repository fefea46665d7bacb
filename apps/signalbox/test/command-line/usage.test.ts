import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome, program } from '../support/run-cli.ts';

let home: CliHome;
beforeAll(() => {
  home = makeHome();
});
afterAll(() => home[Symbol.dispose]());

const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

test('--version prints the version', async () => {
  expect(await home.run(['--version'])).toEqual({
    code: 0,
    stdout: `${(manifest as { version: string }).version}\n`,
    stderr: '',
  });
});

test('without words the help is printed, with examples', async () => {
  const { code, stdout } = await home.run([]);
  expect(code).toBe(0);
  expect(stdout).toContain('Examples:\n  $ signalbox up');
});

const commands = [
  'up',
  'mcp',
  'connect',
  'doctor',
  ...['add', 'ls', 'show', 'rm', 'restart', 'logs', 'test', 'import'].map((name) => `server ${name}`),
  ...['ls', 'show', 'call'].map((name) => `tool ${name}`),
  'resource ls',
  'resource read',
  'prompt ls',
  'prompt get',
  ...['check', 'schema', 'explain'].map((name) => `config ${name}`),
  ...['backup', 'restore', 'check'].map((name) => `db ${name}`),
];

test.each(commands)('"%s --help" shows examples and exits with 0', async (command) => {
  const { code, stdout, stderr } = await home.run([...command.split(' '), '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`Examples:\n  $ `);
  expect(stdout).toContain(`Usage: signalbox ${command}`);
});

test.each([
  [
    'an unknown command',
    ['sevrer'],
    `error: unknown command 'sevrer'; did you mean server?\nhint: see "signalbox --help"\n`,
  ],
  [
    'an unknown inner command',
    ['tool', 'cal'],
    `error: unknown command 'cal'; did you mean call?\nhint: see "signalbox tool --help"\n`,
  ],
  [
    'an unknown option',
    ['tool', 'ls', '--sorce', 'x'],
    `error: unknown option '--sorce'; did you mean --source?\nhint: see "signalbox tool ls --help"\n`,
  ],
  [
    'a missing argument',
    ['tool', 'show'],
    `error: missing required argument 'name'\nhint: see "signalbox tool show --help"\n`,
  ],
  [
    'an unknown form',
    ['tool', 'ls', '-o', 'xml'],
    `error: option '-o, --output <format>' argument 'xml' is invalid. Allowed choices are table, json, jsonl, id.\nhint: see "signalbox tool ls --help"\n`,
  ],
  [
    'a duration that is none',
    ['tool', 'call', 'x', '--timeout', 'soon'],
    `error: option '--timeout <duration>' argument 'soon' is invalid. Write a duration such as 500ms, 10s or 2m, at most 10m.\nhint: see "signalbox tool call --help"\n`,
  ],
  [
    'an address that is none',
    ['tool', 'ls', '--url', 'localhost:1'],
    'error: "localhost:1" is not an http address of a hub; use one like http://127.0.0.1:4717\n',
  ],
  [
    'a key file that is not there',
    ['tool', 'ls', '--key-file', 'none'],
    'error: the key file "none" cannot be read; check the path and its permissions\n',
  ],
  [
    'an unknown client',
    ['connect', 'emacs'],
    'error: no client is called "emacs"; use one of claude-desktop, claude-code, cursor, vscode, windsurf, codex\n',
  ],
])('%s is wrong use: exit 2, one sentence, no stack trace', async (_, args, stderr) => {
  expect(await home.run(args)).toEqual({ code: 2, stdout: '', stderr });
});

test('a group without a command shows its help as wrong use', async () => {
  const { code, stdout, stderr } = await home.run(['server']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Usage: signalbox server');
});

test('with -o json an error is JSON on standard error', async () => {
  const { code, stderr } = await home.run(['tool', 'lss', '-o', 'json']);
  expect({ code, error: JSON.parse(stderr) }).toEqual({
    code: 2,
    error: { error: { code: 'usage', message: "unknown command 'lss'; did you mean ls?" } },
  });
});

test('without a hub every command that needs one says so and how to start one', async () => {
  const { code, stderr } = await home.run(['tool', 'ls']);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: no hub runs in ".*signalbox"; start one with "signalbox up" or name one with --url\n$/,
  );
});

test('a hub that is gone is told apart from one that never was', async () => {
  const { code, stderr } = await home.run(['tool', 'ls', '--url', 'http://127.0.0.1:9']);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr:
      'error: no hub answers at http://127.0.0.1:9; start one with "signalbox up" or name another with --url\n',
  });
});

test('--debug shows the causes', async () => {
  const { stderr } = await home.run(['tool', 'ls', '--url', 'http://127.0.0.1:9', '--debug']);
  expect(stderr).toContain('caused by: ');
});

test('wrong settings are told all at once, with exit 2', async () => {
  const folder = join(home.path, 'wrong');
  mkdirSync(folder);
  writeFileSync(join(folder, 'signalbox.yaml'), 'http:\n  prot: 1\nlog:\n  level: loud\n');
  const { code, stderr } = await home.run(['config', 'check'], { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toContain('http.prot');
  expect(stderr).toContain('log.level');
  const asJson = await home.run(['config', 'check', '-o', 'json'], { cwd: folder });
  expect(JSON.parse(asJson.stderr)).toMatchObject({
    error: { code: 'invalid_settings', details: [{ path: expect.any(String) }, {}] },
  });
});

test('right settings are said to be right, explained, and described by a schema', async () => {
  const folder = join(home.path, 'right');
  mkdirSync(folder);
  writeFileSync(join(folder, 'signalbox.yaml'), 'http:\n  port: 5\n');
  expect(await home.run(['config', 'check'], { cwd: folder })).toEqual({
    code: 0,
    stdout: `${join(folder, 'signalbox.yaml')}: all settings are right\n`,
    stderr: '',
  });
  const explained = await home.run(['config', 'explain', 'http.port', '-o', 'json'], { cwd: folder });
  expect(JSON.parse(explained.stdout)).toEqual([{ path: 'http.port', value: 5, source: 'file' }]);
  const schema: unknown = JSON.parse((await home.run(['config', 'schema'])).stdout);
  expect(schema).toMatchObject({ type: 'object', properties: { http: {}, dataDir: {} } });
});

const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find(
  (path) =>
    existsSync(path) && Number(/^v(\d+)/.exec(spawnSync(path, ['--version']).stdout.toString())?.[1]) < 24,
);

test.skipIf(oldNode === undefined)('an old Node gets one line and exit 2', () => {
  const { status, stdout, stderr } = spawnSync(oldNode ?? '', [program, 'up'], { encoding: 'utf8' });
  const version = spawnSync(oldNode ?? '', ['--version'], { encoding: 'utf8' })
    .stdout.trim()
    .slice(1);
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `signalbox needs Node 24 or newer, this is ${version}; install it from https://nodejs.org or run "npx -p node@24 -p signalbox signalbox …"\n`,
  });
});
