import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  addRule,
  addUpstream,
  approveCall,
  createTask,
  getApproval,
  getRun,
  getTask,
  getUpstreamLogs,
  listApprovals,
  listAudit,
  listSecrets,
  removeRule,
  removeSecret,
  resumeTask,
  runTaskNow,
  setSecret,
  tryPipeline,
} from '@signalbox/api';
import { catalogReader, isEnded, type JsonObject, namedSecrets } from '@signalbox/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Stage, setStage } from './support/cast.ts';

const server = fileURLToPath(new URL('../fixtures/repeating-mcp-server.mjs', import.meta.url));
const canary = 'canary/7Q+w"zX-0123456789-abcdefghijklm';
const spellings = [
  canary,
  JSON.stringify(canary).slice(1, -1),
  encodeURIComponent(canary),
  Buffer.from(canary).toString('base64').slice(0, 40),
  canary.slice(0, 20),
];
const patience = { timeout: 20_000 };

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  const definition = { command: process.execPath, args: [server] };
  await stage.owner.request(addUpstream, { body: { name: 'crm', definition } });
  const names = () =>
    stage.app.test.hub.services
      .get(catalogReader)
      .items('tool')
      .map(({ name }) => name);
  await vi.waitFor(() => expect(names()).toContain('crm__repeat'), patience);
  const tools = ['crm.repeat', 'crm.complain', 'crm.refuse', 'crm.look', 'crm.chatter', 'probe.add'];
  await stage.owner.request(setSecret, {
    params: { name: 'crm' },
    body: { value: canary, tools, description: 'for tests' },
  });
  const obligations = { recordArguments: true };
  await stage.owner.request(addRule, {
    query: {},
    body: { id: 'written-down', effect: 'allow', isEnabled: true, obligations },
  });
});
afterAll(() => stage[Symbol.asyncDispose]());

async function makeTask(steps: readonly JsonObject[], more: JsonObject = {}) {
  const payload = { pipeline: [...steps], ...more };
  const body = { title: 'test', schedule_kind: 'manual' as const, payload };
  return stage.owner.request(createTask, { body });
}

async function runNow(task: string, params: JsonObject = {}) {
  const { run } = await stage.owner.request(runTaskNow, { params: { task }, body: { params } });
  return ended(run ?? '');
}

const ended = (run: string) =>
  vi.waitFor(async () => {
    const found = await stage.owner.request(getRun, { params: { run } });
    expect(isEnded(found.status)).toBe(true);
    return found;
  }, patience);

const secretStep = (tool: string) => ({
  id: 'a',
  uses: tool,
  with: { key: '${secrets.crm}', header: 'Bearer ${secrets.crm}, ${params.text}' },
});

/** Where the value stands in what the hub has written, and in these answers. */
function leaks(...answers: readonly unknown[]): readonly string[] {
  const { dataDir, logged } = stage.app.test;
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
  const texts = [
    ...files.map((file) => [file, readFileSync(file)] as const),
    ['the log', logged()] as const,
    ...answers.map((answer, index) => [`answer ${index}`, JSON.stringify(answer)] as const),
  ];
  return texts.flatMap(([where, text]) =>
    spellings.flatMap((spelling, index) => (text.includes(spelling) ? [`${where}: ${index}`] : [])),
  );
}

test('a tool gets the secret of a step, and all else that is told or written has its name', async () => {
  const { id } = await makeTask([secretStep('crm.repeat')], { params: { text: '${secrets.crm}' } });
  const run = await runNow(id);
  expect(run).toMatchObject({ status: 'succeeded', output: { key: '[redacted]' } });
  // What is redacted was there: the tool has had the value, and text that looks like a secret as it was.
  expect(run.output).toMatchObject({
    text: '{"key":"[redacted]","header":"Bearer [redacted], ${secrets.crm}"}',
    '[redacted]': canary.length,
  });
  const { items } = await stage.owner.request(listAudit, { query: { limit: 100 } });
  expect(JSON.stringify(items)).toContain('Bearer ${secrets.crm}');
  const logs = await vi.waitFor(async () => {
    const found = await stage.owner.request(getUpstreamLogs, { params: { name: 'crm' }, query: {} });
    expect(JSON.stringify(found)).toContain('called with');
    return found;
  }, patience);
  expect(leaks(run, items, logs)).toEqual([]);
});

test.each(['complain', 'refuse'])(
  'what a tool says with the secret when it fails (%s) is told without',
  async (tool) => {
    const { id } = await makeTask([secretStep(`crm.${tool}`)], { params: { text: 'x' } });
    const run = await runNow(id);
    expect(run).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('[redacted]') },
    });
    expect(leaks(run)).toEqual([]);
  },
);

test('what an upstream writes is looked through before it is cut', async () => {
  const { id } = await makeTask([secretStep('crm.chatter')], { params: { text: 'x' } });
  expect(await runNow(id)).toMatchObject({ status: 'succeeded' });
  const logs = await vi.waitFor(async () => {
    const found = await stage.owner.request(getUpstreamLogs, { params: { name: 'crm' }, query: {} });
    expect(found.items.map(({ text }) => text.slice(0, 80))).toContain('[redacted]');
    return found;
  }, patience);
  expect(logs.items.filter(({ text }) => text.startsWith('dropped a line')).length).toBeGreaterThan(3);
  expect(leaks(logs)).toEqual([]);
});

test('who guesses at the beginning of a secret, in the very call that has it, is not told whether it is right', async () => {
  const text = canary.slice(0, -1);
  const { id } = await makeTask([secretStep('crm.repeat')]);
  const run = await runNow(id, { text });
  expect(run.output).toMatchObject({
    text: JSON.stringify({ key: '[redacted]', header: `Bearer [redacted], ${text}` }),
  });
});

test('who approves a call sees the name of its secret', async () => {
  const rule = { id: 'ask-first', effect: 'approve' as const, isEnabled: true };
  const what = { upstreams: ['crm'], targets: ['repeat'] };
  await stage.owner.request(addRule, { query: {}, body: { ...rule, what } });
  const { id } = await makeTask([secretStep('crm.repeat')], { params: { text: 'x' } });
  const { run } = await stage.owner.request(runTaskNow, { params: { task: id }, body: {} });
  const other = stage.as((await stage.keyOf(await stage.addPerson('ada', ['owner']))).key);
  const waiting = await vi.waitFor(async () => {
    const [found] = (await other.request(listApprovals, { query: {} })).items;
    return other.request(getApproval, { params: { id: found?.id ?? '' } });
  }, patience);
  expect(JSON.stringify(waiting)).toContain('Bearer ${secrets.crm}');
  expect(leaks(waiting)).toEqual([]);
  await other.request(approveCall, { params: { id: waiting.id }, body: {} });
  expect(await ended(run ?? '')).toMatchObject({ status: 'succeeded', output: { key: '[redacted]' } });
  expect(leaks()).toEqual([]);
  await stage.owner.request(removeRule, { params: { rule: rule.id }, query: {} });
});

test('a dry run says what would be called without its secret, and calls what only reads with it', async () => {
  const payload = {
    params: { text: 'x' },
    pipeline: [
      secretStep('crm.repeat'),
      { ...secretStep('crm.look'), id: 'b', cache: { key: 'k', ttl: '1h' } },
    ],
  };
  const { run } = await stage.owner.request(tryPipeline, { body: { title: 'try', payload } });
  const found = await ended(run);
  expect(JSON.stringify(found)).toContain('Bearer ${secrets.crm}');
  expect(found).toMatchObject({ status: 'succeeded', output: { key: '[redacted]' } });
  expect(leaks(found)).toEqual([]);
});

test.each([
  [
    'crm.repeat',
    'nothing',
    /there is no secret "nothing".*signalbox secret set nothing --tool 'crm\.repeat'/,
  ],
  [
    'crm.other',
    'crm',
    /the secret "crm" may not be given to "crm\.other".*secret set crm --tool 'crm\.other'/,
  ],
])(
  'a task that would give %s the secret "%s" is not made, and it says what to do',
  async (tool, secret, message) => {
    const steps = [{ id: 'a', uses: tool, with: { key: `\${secrets.${secret}}` } }];
    await expect(makeTask(steps)).rejects.toMatchObject({
      code: 'invalid_params',
      message: expect.stringMatching(message),
    });
  },
);

test('a tool of the hub itself, which may write down what it is given, gets none', async () => {
  const { id } = await makeTask([{ id: 'a', uses: 'probe.add', with: { a: '${secrets.crm}' } }]);
  expect(await runNow(id)).toMatchObject({
    status: 'failed',
    error: { kind: 'denied', message: expect.stringContaining('tools of upstreams only') },
  });
  expect(leaks()).toEqual([]);
});

test('a task whose secret is gone is not run any more until it is there again', async () => {
  const { owner } = stage;
  const params = { name: 'passing' };
  const body = { value: `${canary} passing`, tools: ['crm.*'] };
  await owner.request(setSecret, { params, body });
  const { id } = await makeTask([{ id: 'a', uses: 'crm.other', with: { key: '${secrets.passing}' } }]);
  expect(await runNow(id)).toMatchObject({ status: 'succeeded', output: { key: '[redacted]' } });
  await owner.request(removeSecret, { params });
  await expect(owner.request(runTaskNow, { params: { task: id }, body: {} })).resolves.toBeDefined();
  const stopped = await vi.waitFor(async () => {
    const found = await owner.request(getTask, { params: { task: id } });
    expect(found).toMatchObject({ status: 'paused' });
    return found;
  }, patience);
  expect(JSON.stringify(stopped)).toContain('there is no secret \\"passing\\"');
  await expect(owner.request(resumeTask, { params: { task: id }, body: {} })).rejects.toMatchObject({
    message: expect.stringContaining('there is no secret "passing"'),
  });
  await owner.request(setSecret, { params, body });
  await owner.request(resumeTask, { params: { task: id }, body: {} });
  expect(await runNow(id)).toMatchObject({ status: 'succeeded' });
  expect(leaks(stopped)).toEqual([]);
});

test('only who administers the organization sees and sets its secrets, and nobody their values', async () => {
  const { owner, addPerson, keyOf, as } = stage;
  const member = as((await keyOf(await addPerson('mel', ['member']))).key);
  const fay = as((await keyOf(await addPerson('fay', ['owner'], 'acme'), undefined, 'acme')).key);
  const params = { name: 'crm' };
  const body = { value: 'something else', tools: ['crm.*'] };
  const refused = { code: expect.stringMatching(/^(?:forbidden|insufficient_scope)$/) };
  await expect(member.request(listSecrets, { query: {} })).rejects.toMatchObject(refused);
  await expect(member.request(setSecret, { params, body })).rejects.toMatchObject(refused);
  await expect(member.request(removeSecret, { params })).rejects.toMatchObject(refused);
  expect((await fay.request(listSecrets, { query: {} })).items).toEqual([]);
  await expect(fay.request(removeSecret, { params })).rejects.toMatchObject({ code: 'not_found' });
  const keeper = stage.app.test.hub.services.get(namedSecrets);
  const tool = { source: 'crm', originalName: 'repeat' };
  await expect(keeper.open({ org: 'acme', secret: 'crm', tool })).rejects.toMatchObject({
    code: 'not_found',
  });
  const { items } = await owner.request(listSecrets, { query: {} });
  expect(items.find(({ name }) => name === 'crm')).toEqual({
    name: 'crm',
    tools: ['crm.repeat', 'crm.complain', 'crm.refuse', 'crm.look', 'crm.chatter', 'probe.add'],
    description: 'for tests',
    changedAt: expect.any(Number),
    changedBy: 'user owner',
  });
  const audit = await owner.request(listAudit, { query: { limit: 200 } });
  expect(audit.items.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['setSecret', 'removeSecret']),
  );
  expect(leaks(items, audit)).toEqual([]);
});
