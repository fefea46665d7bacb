import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CliHome, makeHome, program } from '../support/run-cli.ts';

let home: CliHome;
beforeEach(() => {
  home = makeHome({ SIGNALBOX_URL: 'http://127.0.0.1:4400', SIGNALBOX_KEY: 'sbx_owner_hunter2hunter2' });
});
afterEach(() => home[Symbol.dispose]());

function put(path: string, text: string, mode = 0o644): string {
  const full = join(home.path, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  chmodSync(full, mode);
  return full;
}

const entry = { command: process.execPath, args: [program, 'mcp'] };

test('shows the change, writes it with --yes, keeps a backup and the mode, and undoes it byte for byte', async () => {
  const text = '{\n  // mine\n  "mcpServers": { "a": { "command": "x" }, },\n}\n';
  const path = put('.cursor/mcp.json', text, 0o640);
  const preview = await home.run(['connect', 'cursor']);
  expect(preview).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('nothing was written; write it with --yes'),
  });
  expect(preview.stdout).toContain('+     "signalbox": {');
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(await home.run(['connect', 'cursor', '--yes'])).toMatchObject({ code: 0 });
  expect(statSync(path).mode & 0o777).toBe(0o640);
  const [backup = ''] = readdirSync(dirname(path)).filter((name) => name.includes('signalbox-backup'));
  expect(readFileSync(join(dirname(path), backup), 'utf8')).toBe(text);
  expect(await home.run(['connect', 'cursor', '--yes'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('has this entry already'),
  });
  expect(await home.run(['connect', 'cursor', '--undo'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('undo it with --yes'),
  });
  expect(await home.run(['connect', 'cursor', '--undo', '--yes'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('the file is what it was before'),
  });
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(readdirSync(dirname(path))).toEqual(['mcp.json']);
  expect(await home.run(['connect', 'cursor', '--undo', '--yes'])).toMatchObject({ code: 4 });
});

test('a file that was not there is private, and gone again after the undo', async () => {
  expect(await home.run(['connect', 'claude-code', '--yes'])).toMatchObject({ code: 0 });
  const path = join(home.path, '.claude.json');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    mcpServers: { signalbox: { type: 'stdio', ...entry } },
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await home.run(['connect', 'claude-code', '--undo', '--yes'])).toMatchObject({ code: 0 });
  expect(readdirSync(home.path)).toEqual([]);
});

test('over HTTP the key goes into the file and is not shown, and the undo knows the hub by its address', async () => {
  const path = put('.codex/config.toml', 'model = "x" # mine\n');
  const run = await home.run(['connect', 'codex', '--http', '--yes']);
  expect(run.code).toBe(0);
  expect(run.stdout + run.stderr).not.toContain('hunter2');
  expect(readFileSync(path, 'utf8')).toContain('Bearer sbx_owner_hunter2hunter2');
  expect(await home.run(['connect', 'codex', '--undo', '--yes'])).toMatchObject({ code: 0 });
  expect(readFileSync(path, 'utf8')).toBe('model = "x" # mine\n');
});

test('a change of the way is undone to what was there before both', async () => {
  const path = put(
    '.codeium/windsurf/mcp_config.json',
    '{ "mcpServers": { "signalbox": { "command": "mine" } } }',
  );
  await home.run(['connect', 'windsurf', '--yes']);
  await home.run(['connect', 'windsurf', '--http', '--yes']);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    mcpServers: { signalbox: { serverUrl: 'http://127.0.0.1:4400/mcp' } },
  });
  await home.run(['connect', 'windsurf', '--undo', '--yes']);
  expect(readFileSync(path, 'utf8')).toBe('{ "mcpServers": { "signalbox": { "command": "mine" } } }');
});

test('a link stays a link', async () => {
  const target = put('dotfiles/claude.json', '{}');
  symlinkSync(target, join(home.path, '.claude.json'));
  await home.run(['connect', 'claude-code', '--yes']);
  expect(lstatSync(join(home.path, '.claude.json')).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, 'utf8')).toContain('signalbox');
});

test('the file of a folder is written on demand', async () => {
  await home.run(['connect', 'vscode', '--project', '--yes']);
  expect(JSON.parse(readFileSync(join(home.path, '.vscode', 'mcp.json'), 'utf8'))).toEqual({
    servers: { signalbox: { type: 'stdio', ...entry } },
  });
});

test.each([
  ['a file that is no JSON', '{ "mcpServers": ', ['--yes'], [2, 'parse_error']],
  ['a file that is no text', '\ufffd\u0000', ['--yes'], [2, 'parse_error']],
  [
    'an entry that is not ours',
    '{ "mcpServers": { "signalbox": { "command": "x" } } }',
    ['--undo', '--yes'],
    [1, 'conflict'],
  ],
] as const)('%s is a typed error and stays as it is', async (_, text, options, [exit, code]) => {
  const path = put('.cursor/mcp.json', text);
  const { code: given, stderr } = await home.run(['connect', 'cursor', ...options, '-o', 'json']);
  expect({ given, error: JSON.parse(stderr) }).toMatchObject({ given: exit, error: { error: { code } } });
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(readdirSync(dirname(path))).toEqual(['mcp.json']);
});

test('Claude Desktop takes no address, and says so', async () => {
  const { code, stderr } = await home.run(['connect', 'claude-desktop', '--http', '--yes']);
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('leave --http out') });
});

test('--list shows the clients found and whether they are connected', async () => {
  put('.codex/config.toml', 'a = 1\n');
  put(
    '.cursor/mcp.json',
    '{"mcpServers": {"signalbox": {"command": "signalbox", "args": ["mcp"]}, "b": {"command": "x"}}}',
  );
  put('.codeium/windsurf/mcp_config.json', '{');
  const { stdout } = await home.run(['connect', '--list', '-o', 'json']);
  expect(JSON.parse(stdout)).toEqual([
    expect.objectContaining({ client: 'cursor', scope: 'user', servers: 2, state: 'connected' }),
    expect.objectContaining({ client: 'windsurf', state: 'not readable' }),
    expect.objectContaining({ client: 'codex', scope: 'user', servers: 0, state: 'not connected' }),
  ]);
});
