import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHome, makeHome } from '../support/run-cli.ts';
import { type AppHub, startAppHub } from '../support/start-app-hub.ts';

const server = fileURLToPath(new URL('../fixtures/tiny-mcp-server.mjs', import.meta.url));
const importFile = fileURLToPath(new URL('../fixtures/clients/codex-config.toml.txt', import.meta.url));

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

test('tools are listed as a table, as names, and as JSON', async () => {
  const table = await home.run(['tool', 'ls', '--search', 'adds']);
  expect(table).toEqual({
    code: 0,
    stderr: '',
    stdout: [
      'NAME        SOURCE  STATE      LEVEL    DESCRIPTION',
      'add         probe   available  trusted  Adds two numbers',
      'secret_add  probe   available  anchor   Adds for the owner',
      '',
    ].join('\n'),
  });
  expect((await home.run(['tool', 'ls', '--search', 'adds', '-o', 'id'])).stdout).toBe('add\nsecret_add\n');
  const json = await home.run(['-o', 'json', 'tool', 'ls', '--search', 'adds owner']);
  expect(JSON.parse(json.stdout)).toEqual([
    expect.objectContaining({ name: 'secret_add', state: 'available' }),
  ]);
});

test('a decision is explained, with every step', async () => {
  const { code, stdout, stderr } = await home.run(['why', 'me', 'secret_add']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.split('\n').slice(0, 5)).toEqual([
    'deny  secret_add (probe/secret_add): level, level trusted, not shown in lists',
    'as user owner in local',
    '  yes  expiry        the credential does not expire',
    '  yes  organization  shared, principal in local',
    '  no   level         effective trusted (interface http trusted, principal anchor), wanted anchor',
  ]);
  const json = await home.run(['why', 'me', 'add', 'a=1', '-o', 'json', '--interface', 'stdio']);
  expect(JSON.parse(json.stdout)).toMatchObject({ effect: 'allow', level: 'anchor' });
  expect(await home.run(['why', 'ada', 'add'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('"ada" names nobody; write me, user:ID or service:ID') as unknown,
  });
});

test('no call waits for approval where no rule wants one', async () => {
  expect(await home.run(['approval', 'ls'])).toEqual({
    code: 0,
    stdout: '',
    stderr: 'No call waits for approval.\n',
  });
  expect(await home.run(['approval', 'approve', 'none'])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('there is no such approval') as unknown,
  });
});

test('a tool is called with arguments typed by its schema', async () => {
  expect(await home.run(['tool', 'call', 'add', 'a=2', 'b=40', '-o', 'json'])).toEqual({
    code: 0,
    stderr: '',
    stdout: '{\n  "sum": 42\n}\n',
  });
  const raw = await home.run(['tool', 'call', 'add', 'a=1', '-o', 'jsonl', '--raw']);
  expect(JSON.parse(raw.stdout)).toMatchObject({
    structuredContent: { sum: 1 },
    content: [{ type: 'text' }],
  });
});

test('arguments come from standard input, from a file, or as text', async () => {
  const piped = await home.run(['tool', 'call', 'add', '--args', '-', '-o', 'json'], {
    input: '{"a":1,"b":2}',
  });
  expect(JSON.parse(piped.stdout)).toEqual({ sum: 3 });
  const short = await home.run(['tool', 'call', 'add', '-', '-o', 'json'], { input: '{"a":1,"b":3}' });
  expect(JSON.parse(short.stdout)).toEqual({ sum: 4 });
  writeFileSync(join(home.path, 'args.json'), '{"a":5}');
  const file = await home.run(['tool', 'call', 'add', '--args', '@args.json', 'b=1', '-o', 'json']);
  expect(JSON.parse(file.stdout)).toEqual({ sum: 6 });
});

test.each([
  ['an argument of the wrong type', ['tool', 'call', 'add', 'a=hunter2'], 2],
  ['arguments that are no JSON', ['tool', 'call', 'add', '--args', '{hunter2'], 2],
  ['an unknown tool', ['tool', 'call', 'nothing'], 4],
  ['an unknown tool with arguments', ['tool', 'call', 'nothing', 'a=1'], 4],
  ['an unknown upstream', ['server', 'show', 'nothing'], 4],
  ['a wrong key', ['tool', 'ls', '--url', 'URL', '--key-file', 'wrong.key'], 3],
  ['a call that takes too long', ['tool', 'call', 'stuck', '--timeout', '50ms'], 6],
])('%s has its exit code and one sentence that repeats no value', async (_, args, code) => {
  writeFileSync(join(home.path, 'wrong.key'), 'sbx_owner_hunter2');
  const run = await home.run(args.map((word) => (word === 'URL' ? hub.test.url : word)));
  expect({ code: run.code, stdout: run.stdout }).toEqual({ code, stdout: '' });
  expect(run.stderr).toMatch(/^error: .+\n(?:hint: .+\n)?$/);
  expect(run.stderr).not.toContain('hunter2');
});

test("a tool's own failure is printed and exits with 1", async () => {
  expect(await home.run(['tool', 'call', 'fail'])).toEqual({ code: 1, stdout: 'it broke\n', stderr: '' });
});

test('text is printed as text; bytes are described, or saved on demand', async () => {
  expect(await home.run(['tool', 'call', 'picture'])).toMatchObject({
    code: 0,
    stdout: 'here \u001b[31mit\u001b[0m is\n[image image/png 9 B; keep it with --save DIR]\n',
  });
  const saved = await home.run(['tool', 'call', 'picture', '--save', 'out']);
  expect(saved.stdout).toContain('saved as');
  expect(readdirSync(join(home.path, 'out'))).toEqual(['content-1.png']);
  expect(readFileSync(join(home.path, 'out', 'content-1.png'), 'utf8')).toBe('png bytes');
});

test('where nobody is at a terminal an elicitation gets no answer, and is not declined, with a note', async () => {
  expect(await home.run(['tool', 'call', 'ask_name'])).toEqual({
    code: 0,
    stdout: 'answer {"action":"cancel"}\n',
    stderr: 'the tool asks for input and nobody is at a terminal here, so it gets no answer\n',
  });
});

test('log lines of a call go to standard error, progress nowhere without a terminal', async () => {
  expect(await home.run(['tool', 'call', 'walk', 'steps=3'])).toEqual({
    code: 0,
    stdout: 'arrived\n',
    stderr: 'info: walked\n',
  });
});

test('resources are listed and read, prompts listed and got', async () => {
  expect((await home.run(['resource', 'ls', '-o', 'id'])).stdout).toBe(
    'probe://notes/1?x=y\nsignalbox://runs\nsignalbox://tasks\n',
  );
  expect((await home.run(['resource', 'ls', '--templates', '-o', 'id'])).stdout).toBe(
    'probe://files/{+path}\nsignalbox://runs/{id}\nsignalbox://tasks/{id}\n',
  );
  expect((await home.run(['resource', 'read', 'probe://notes/1?x=y'])).stdout).toBe('note text\n');
  expect((await home.run(['prompt', 'ls', '-o', 'id'])).stdout).toBe('greet\n');
  expect((await home.run(['prompt', 'get', 'greet', 'who=Ada'])).stdout).toBe('[user]\nHello Ada\n');
});

test('an upstream is added, listed, tested, looked into and removed', async () => {
  const added = await home.run(['server', 'add', 'tiny', '--env', 'TOKEN', '--', process.execPath, server], {
    env: { TOKEN: 'hunter2' },
  });
  expect(added).toMatchObject({ code: 0 });
  expect(added.stdout).toContain('available');
  expect((await home.run(['server', 'ls', '-o', 'id'])).stdout).toBe('tiny\n');
  expect((await home.run(['tool', 'call', 'tiny__env'])).stdout).toContain('TOKEN');
  expect((await home.run(['tool', 'call', 'tiny__echo', 'message=5', 'times=2'])).stdout).toBe(
    '{"message":"5","times":2}\n',
  );
  expect(await home.run(['server', 'test', 'tiny'])).toMatchObject({ code: 0 });
  expect((await home.run(['server', 'logs', 'tiny'])).stdout).toContain('tiny server is up');
  expect(await home.run(['server', 'restart', 'tiny', '-o', 'id'])).toMatchObject({
    code: 0,
    stdout: 'tiny\n',
  });
  expect(await home.run(['server', 'rm', 'tiny'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('add --yes'),
  });
  expect(await home.run(['server', 'rm', 'tiny', '--yes'])).toMatchObject({
    code: 0,
    stderr: 'removed "tiny"\n',
  });
});

test('import shows first, writes with --yes, and prints no value', async () => {
  const file = join(home.path, 'config.toml');
  writeFileSync(file, readFileSync(importFile, 'utf8').replaceAll('"npx"', '"/does/not/exist"'));
  const env = { FIGMA_TOKEN: 'hunter2' };
  const preview = await home.run(['server', 'import', '--file', file], { env });
  expect(preview).toMatchObject({ code: 0, stderr: 'nothing was changed; add these 2 with --yes\n' });
  expect(preview.stdout).toContain('MY_ENV_VAR');
  expect((await home.run(['server', 'ls', '-o', 'id'])).stdout).toBe('');
  const done = await home.run(
    ['server', 'import', '--file', file, '--only', 'context7', '--yes', '-o', 'json'],
    { env },
  );
  expect(done).toMatchObject({ code: 0, stderr: 'added 1; "signalbox server ls" shows how they are\n' });
  const again = await home.run(['server', 'import', '--file', file, '-o', 'json'], { env });
  expect(JSON.parse(again.stdout)).toMatchObject([
    { name: 'context7', action: 'exists' },
    { name: 'figma', action: 'new' },
  ]);
  for (const run of [preview, done, again])
    expect(run.stdout + run.stderr).not.toMatch(/hunter2|fixture-value/);
});

test('doctor finds the upstream that cannot run, says what to do, and exits with 1', async () => {
  const { code, stdout } = await home.run(['doctor']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^ok {4}node: /m);
  expect(stdout).toMatch(/^fail {2}upstream context7: /m);
  expect(stdout).toMatch(
    /^fail {2}command of context7: "\/does\/not\/exist" is not in PATH\n {6}→ install it, or give its full path$/m,
  );
  const json = await home.run(['doctor', '-o', 'json']);
  expect(JSON.parse(json.stdout)).toContainEqual(
    expect.objectContaining({ status: 'fail', check: 'upstream context7' }),
  );
});

test('the store is backed up and checked through the hub', async () => {
  expect(await home.run(['db', 'check', '-o', 'id'])).toMatchObject({ code: 0, stdout: 'sound\n' });
  const backup = await home.run(['db', 'backup', 'copy.db', '-o', 'id']);
  expect(backup).toMatchObject({ code: 0, stdout: `${join(home.path, 'copy.db')}\n` });
});

test('Ctrl-C cancels the call at its target', async () => {
  const stopped = await home.run(['tool', 'call', 'shout_and_wait'], { interruptAt: 'waiting' });
  expect(stopped).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('error: interrupted with Ctrl-C'),
  });
  await hub.cancelled;
});
