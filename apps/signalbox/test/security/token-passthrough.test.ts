import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addUpstream, exportAudit } from '@signalbox/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, setStage, spendCredentials } from './support/cast.ts';
import { type McpCaller, makeMcpCaller } from './support/mcp-caller.ts';
import { type RecordingUpstream, startRecordingUpstream } from './support/recording-upstream.ts';

const upstreamToken = 'token-the-upstream-gave-the-hub-4711';

let stage: Stage;
let upstream: RecordingUpstream;
beforeAll(async () => {
  upstream = await startRecordingUpstream();
  stage = await setStage({ settings: { endpoints: { some: { include: ['*'] } } } });
  const document = join(stage.app.test.dataDir, 'pets.json');
  const operation = { operationId: 'getPet', responses: { 200: { description: 'a pet' } } };
  const info = { title: 'Pets', version: '1' };
  writeFileSync(
    document,
    JSON.stringify({
      openapi: '3.1.0',
      info,
      servers: [{ url: upstream.url }],
      paths: { '/pets': { get: operation } },
    }),
  );
  const headers = { authorization: `Bearer ${upstreamToken}` };
  const definitions = {
    mcp: { url: `${upstream.url}/mcp`, headers },
    pets: { openapi: document, headers, allowPrivate: ['127.0.0.1'] },
  };
  for (const [name, definition] of Object.entries(definitions))
    await stage.owner.request(addUpstream, { body: { name, definition } });
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

/** Uses everything the upstreams offer, in every way in that shows a credential. */
async function useAll(caller: McpCaller): Promise<string[]> {
  const uses = [
    ['tools/call', { name: 'mcp__note', arguments: { text: 'x' } }],
    ['tools/call', { name: 'pets__getPet', arguments: {} }],
    ['resources/read', { uri: 'note://1' }],
    ['prompts/get', { name: 'mcp__ask' }],
  ] as const;
  const answers: string[] = [];
  for (const [method, params] of uses) answers.push((await caller.modern(method, params)).text);
  const client = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a', version: '1' } };
  const opened = await caller.legacy({ id: 1, method: 'initialize', params: client });
  const session = opened.headers.get('mcp-session-id') ?? '';
  for (const [method, params] of uses)
    answers.push((await caller.legacy({ id: 2, method, params }, session)).text);
  for (const target of ['mcp__note', 'pets__getPet']) {
    const body = JSON.stringify({ kind: 'tool', target, arguments: {} });
    answers.push((await caller.send('/api/v1/calls', { method: 'POST', body })).text);
  }
  return answers;
}

test('no upstream sees anything of the credential a call came with, nor does any log', async () => {
  const spent = await spendCredentials(stage);
  const person = await stage.addPerson('mia', ['owner']);
  const credentials = [stage.app.test.key, (await stage.keyOf(person)).key, spent.accessForMcp];
  const before = upstream.requests();
  for (const credential of credentials) {
    const answers = await useAll(makeMcpCaller(stage.url, credential));
    expect(answers.filter((text) => text.includes('noted')).length, answers.join('\n')).toBeGreaterThan(0);
    for (const text of answers) expect(text).not.toContain(credential);
  }
  expect(upstream.requests() - before).toBeGreaterThanOrEqual(20);
  const audit: string[] = [];
  for await (const line of stage.owner.stream(exportAudit, { query: {} })) audit.push(JSON.stringify(line));
  const places = { upstream: upstream.received(), log: stage.app.test.logged(), audit: audit.join('\n') };
  for (const credential of credentials) {
    const forms = [
      credential,
      credential.slice(12, 40),
      Buffer.from(credential).toString('base64'),
      encodeURIComponent(credential),
    ];
    for (const [place, text] of Object.entries(places))
      for (const form of forms) expect(text.includes(form), `${form.slice(0, 20)} in ${place}`).toBe(false);
    expect(upstream.received()).not.toContain(hash('sha256', credential, 'hex'));
  }
  expect(upstream.received()).toContain(upstreamToken);
});

test("an upstream's own token is no credential of a caller", async () => {
  const caller = makeMcpCaller(stage.url, upstreamToken);
  expect((await caller.modern('tools/list', {})).status).toBe(401);
  expect((await caller.send('/api/v1/me')).status).toBe(401);
  expect(stage.app.test.logged()).not.toContain(upstreamToken);
});
